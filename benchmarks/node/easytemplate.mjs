import { TemplateHandler } from "easy-template-x";
import { main } from "./loop.mjs";

const handler = new TemplateHandler();

await main((template, context) => handler.process(template, context));
