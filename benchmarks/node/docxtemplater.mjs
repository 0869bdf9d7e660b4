import Docxtemplater from "docxtemplater";
import PizZip from "pizzip";
import { main } from "./loop.mjs";

await main((template, context) => {
  const document = new Docxtemplater(new PizZip(template), { paragraphLoop: true, linebreaks: true });
  document.render(context);
  return document.getZip().generate({ type: "nodebuffer", compression: "DEFLATE" });
});
