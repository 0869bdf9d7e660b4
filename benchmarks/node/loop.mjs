// The loop everyone writes, for Node: SheetJS reads each workbook, an engine makes the report.
// `node ENGINE.mjs SHEETS.json TEMPLATE.docx OUT WORKBOOK...` prints the seconds of the second half of the workbooks,
// when the code has been compiled: by the clock, and on the processors.
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { read, utils } from "xlsx";

export async function main(render) {
  const [sheetsJson, templatePath, out, ...workbooks] = process.argv.slice(2);
  const sheets = JSON.parse(readFileSync(sheetsJson, "utf8"));
  const template = readFileSync(templatePath);
  const seconds = { read: 0, render: 0 };
  const half = Math.floor(workbooks.length / 2);
  let begun = process.cpuUsage();
  for (const [number, workbook] of workbooks.entries()) {
    if (number === half) {
      Object.assign(seconds, { read: 0, render: 0 });
      begun = process.cpuUsage();
    }
    const start = performance.now();
    const context = contextOf(readFileSync(workbook), sheets);
    const between = performance.now();
    const report = await render(template, context);
    writeFileSync(join(out, `${basename(workbook, ".xlsx")}.docx`), report);
    seconds.read += (between - start) / 1000;
    seconds.render += (performance.now() - between) / 1000;
  }
  const used = process.cpuUsage(begun);
  const processor = (used.user + used.system) / 1e6;
  console.log(JSON.stringify({ documents: workbooks.length - half, ...seconds, processor }));
}

// The form's fields, each table as a list of records, and of each table whether it has any.
function contextOf(data, sheets) {
  const options = { sheets: Object.keys(sheets), cellDates: true, cellFormula: false, cellHTML: false, cellText: false };
  const book = read(data, options);
  const context = {};
  for (const [title, [section, kind, keys]] of Object.entries(sheets)) {
    const sheet = book.Sheets[title];
    if (kind === "form") {
      const rows = utils.sheet_to_json(sheet, { header: 1, range: 2, blankrows: true });
      keys.forEach((key, number) => (context[key] = text(rows[number]?.[1])));
    } else {
      const records = utils.sheet_to_json(sheet, { header: keys, range: 3 });
      context[section] = records.map((record, number) => recordOf(record, keys, number));
      context[`has_${section}`] = records.length > 0;
    }
  }
  return context;
}

function recordOf(record, keys, number) {
  const made = { index: number + 1 };
  for (const key of keys) made[key] = text(record[key]);
  return made;
}

function text(value) {
  if (!(value instanceof Date)) return value ?? "";
  const [month, day] = [value.getMonth() + 1, value.getDate()].map((part) => String(part).padStart(2, "0"));
  return `${value.getFullYear()}-${month}-${day}`;
}
