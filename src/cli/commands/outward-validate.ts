import { stat } from 'node:fs/promises';
import { validateFile } from '#lib/outward/validate.ts';
import { wrongUse, type Command } from '../command.ts';

export const command: Command = {
	name: 'outward validate',
	summary: 'Checks a file of the outside format against its schema and manifest',
	usage: `outward validate FILE

FILE is NDJSON as "outward export", the interface or the outbox give it. No database is needed. Each finding names the line, the
field and what was expected, in Chinese and English; exit code 1 when there is one. A CSV is for reading: compare its checksum with the manifest beside it.`,
	async run(context, args) {
		const [file, ...more] = args;
		if (file === undefined) return wrongUse('Which file?');
		if (more.length > 0) return wrongUse(`One file at a time; what is "${more[0]}"?`);
		if (!(await stat(file).catch(() => null))?.isFile()) return { ok: false, reason: `There is no file ${file}.` };
		const { findings, ...summary } = await validateFile(file);
		for (const { line, field, expected } of findings) {
			const at = field === null ? '' : `, ${field}`;
			context.print(`第 ${line} 行${at}：应为 ${expected.zh} | line ${line}${at}: expected ${expected.en}`);
		}
		if (summary.errors > findings.length) context.print(`… 另有 ${summary.errors - findings.length} 处 | and ${summary.errors - findings.length} more`);
		return summary.valid ? { ok: true, summary } : { ok: false, reason: `${file} is not valid: ${summary.errors} findings.`, summary };
	}
};
