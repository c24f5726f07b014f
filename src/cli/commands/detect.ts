import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { dayFromNumber } from '#lib/calendar/days.ts';
import { judgeOf, periodsPerYear, type Judgement } from '#lib/detection/weekly/judges.ts';
import { chooseMethod, methods, type Chosen, type Method } from '#lib/detection/weekly/method-options.ts';
import { grains, readerOf, type Grain, type ReadSeries, type SeriesReader } from '#lib/detection/weekly/series-reader.ts';
import { makeCsvParser, type RawRow } from '#lib/intake/read/csv.ts';
import { wrongUse, type Command, type CommandContext, type CommandOutcome } from '../command.ts';

export const command: Command = {
	name: 'detect',
	summary: 'Scores each series of a table of counts',
	usage: `detect --method M --grain week|day --input FILE [--last N] [--options JSON]

  --method M       ${methods.join(' ')}
                   auto is our own: robust baseline, evidence pooled over consecutive periods
  --grain          week: periods are whole numbers or Mondays; day: whole numbers or dates
  --input FILE     CSV series,period,count[,population], rows of one series together, no gaps; - reads standard input
  --last N         only the last N periods of each series; default: all that can be judged
  --options JSON   by the names of R's surveillance: {"b":5,"w":3,"alpha":0.01,…}; EARS: {"baseline":7,"minSigma":0.5,"alpha":0.001}

Writes CSV series,period,observed,expected,upper,p_value,alarm. What cannot be judged has empty fields; with fewer cases than
limit54 asks for there is no bound, and no alarm. A series of which nothing can be judged is there with its last period.`,
	async run(context, args) {
		const { values } = parseArgs({
			args: [...args],
			options: {
				method: { type: 'string' }, grain: { type: 'string' }, input: { type: 'string' }, last: { type: 'string' }, options: { type: 'string', default: '{}' }
			}
		});
		const { method, grain, input } = values;
		if (!methods.includes(method as Method)) return wrongUse(`--method must be one of ${methods.join(', ')}`);
		if (!grains.includes(grain as Grain)) return wrongUse(`--grain must be one of ${grains.join(', ')}`);
		if (!input) return wrongUse('--input FILE is missing; - reads standard input');
		if (values.last !== undefined && !/^[1-9]\d{0,8}$/.test(values.last)) return wrongUse(`--last must be a whole number from 1, not "${values.last}"`);
		let given: unknown;
		try {
			given = JSON.parse(values.options);
		} catch {
			return wrongUse(`--options is no JSON: ${values.options}`);
		}
		const choice = chooseMethod(method as Method, given, periodsPerYear[grain as Grain]);
		if (!choice.ok) return wrongUse(`--options: ${choice.reason}`);
		if (input !== '-' && !(await stat(input).catch(() => null))?.isFile()) return { ok: false, reason: `${input}: there is no such file` };
		return detect(context, { chosen: choice.chosen, grain: grain as Grain, input, last: values.last === undefined ? null : Number(values.last) });
	}
};

type Job = { readonly chosen: Chosen; readonly grain: Grain; readonly input: string; readonly last: number | null };

async function detect(context: CommandContext, job: Job): Promise<CommandOutcome> {
	const begun = performance.now();
	const parser = makeCsvParser(',');
	let reader: SeriesReader | null = null;
	let seriesCount = 0;
	let periods = 0;
	const finish = async (series: ReadSeries | null): Promise<void> => {
		if (series === null) return;
		const lines = linesOf(series, job);
		seriesCount++;
		periods += lines.length;
		if (seriesCount % 500 === 0) context.progress(`${seriesCount} series`);
		if (lines.length > 0) await write(lines.join(''));
	};
	/** The words of a refusal, or null. */
	const takeAll = async (rows: readonly RawRow[]): Promise<string | null> => {
		for (const row of rows) {
			if (reader === null) {
				const made = readerOf(row.values, job.grain);
				if ('ok' in made) return made.reason;
				const { chosen } = job;
				if ('populationOffset' in chosen.options && chosen.options.populationOffset && row.values.length < 4) {
					return 'line 1: populationOffset needs a column population';
				}
				reader = made;
				await write('series,period,observed,expected,upper,p_value,alarm\n');
				continue;
			}
			const taken = reader.take(row);
			if (!taken.ok) return taken.reason;
			await finish(taken.ended);
		}
		return null;
	};

	const decoder = new TextDecoder();
	const stream = job.input === '-' ? process.stdin : createReadStream(job.input, { highWaterMark: 256 * 1024 });
	let reason: string | null = null;
	for await (const bytes of stream as AsyncIterable<Buffer>) {
		reason = await takeAll(parser.push(decoder.decode(bytes, { stream: true })));
		if (reason === null && context.signal.aborted) reason = 'interrupted';
		if (reason !== null) break;
	}
	reason ??= (await takeAll(parser.push(decoder.decode()))) ?? (await takeAll(parser.end()));
	if (reason === null && reader === null) reason = 'the input is empty; its first line must be series,period,count';
	if (reason !== null) return { ok: false, reason: `${job.input}: ${reason}` };
	await finish((reader as SeriesReader | null)!.end());
	const seconds = Math.round(performance.now() - begun) / 1000;
	return { ok: true, summaryOn: 'stderr', summary: { series: seriesCount, periods, seconds } };
}

/** Waits while nobody takes what was written: memory stays that of one series. Who stops reading does not stop us. */
async function write(text: string): Promise<void> {
	const { stdout } = process;
	if (stdout.destroyed || stdout.write(text)) return;
	await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]).catch(() => undefined);
}

function linesOf(series: ReadSeries, { chosen, grain, last }: Job): string[] {
	const judge = judgeOf(chosen, series, grain);
	const n = series.counts.length;
	const lines: string[] = [];
	for (let now = last === null ? 0 : Math.max(0, n - last); now < n; now++) {
		const said = judge(now);
		if (said !== 'outside') lines.push(lineOf(series, grain, now, said));
		else if (last !== null || (now === n - 1 && lines.length === 0)) lines.push(lineOf(series, grain, now, null));
	}
	return lines;
}

function lineOf({ name, first, dated, counts }: ReadSeries, grain: Grain, now: number, said: Judgement | null): string {
	const period = dated ? dayFromNumber(first + (grain === 'week' ? 7 : 1) * now) : String(first + now);
	const shown = (value: number | null) => (value === null ? '' : String(Number(value.toPrecision(10))));
	const verdict = said === null ? ',,,' : `${shown(said.expected)},${shown(said.upper)},${shown(said.p)},${said.alarm ? 1 : 0}`;
	return `${quoted(name)},${period},${counts[now]},${verdict}\n`;
}

/** As given: names are matched with those of the input, so nothing is added to them. */
function quoted(name: string): string {
	return /[",\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
