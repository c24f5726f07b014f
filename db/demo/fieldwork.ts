import { deflateSync, crc32 } from 'node:zlib';
import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { addDays } from '#lib/calendar/days.ts';
import { addEvidence } from '#lib/sampling/fieldwork/evidence.server.ts';
import { listPublications, markPublished } from '#lib/sampling/fieldwork/publication.server.ts';
import { listCorrectable, openRectification } from '#lib/sampling/fieldwork/rectification.server.ts';
import { returnResult } from '#lib/sampling/fieldwork/review.server.ts';
import type { InspectionResult } from '#lib/sampling/tasks/results.ts';
import { enterResult, myTask, myTasks, reviewResults } from '#lib/sampling/tasks/results.server.ts';
import { demoActor } from './actors.ts';
import { must } from './must.ts';

type Played = { readonly result: InspectionResult; readonly note: string; readonly then: 'accept' | 'return' | 'wait' };

/** What became of the first visits of the open task; the others still wait for theirs. */
const played: readonly Played[] = [
	{ result: 'no-problem', note: '证照齐全，未见异常。', then: 'wait' },
	{ result: 'ordered-to-correct', note: '进货查验记录不全，已当场责令改正。', then: 'accept' },
	{ result: 'no-problem', note: '', then: 'return' }
];

/** Some visits of the demo inspector's open tasks: one waits for its review, one is accepted and to be put right, one came back; of the results that are there, some are public. */
export async function playFieldwork(db: Kysely<DB>, today: string): Promise<void> {
	const [inspector, planner] = [await demoActor(db, 'inspector'), await demoActor(db, 'planner')];
	for (const task of (await myTasks(db, inspector)).filter((one) => one.open > 0)) await playTask(db, task.id, inspector, planner, today);
	const { rows } = await listPublications(db, planner, 'due', 0);
	const own = rows.filter((row) => row.own);
	// Half of them, so that there is something left to do.
	const done = own.slice(0, Math.floor(own.length / 2));
	if (done.length > 0) must('publish', await markPublished(db, planner, done, { on: today, channel: '国家企业信用信息公示系统（江苏）' }));
	const [problem] = await listCorrectable(db, planner);
	if (problem) {
		const { uscc, ref, itemId } = problem;
		must('ask for rectification', await openRectification(db, planner, { uscc, ref, itemId, demand: '补齐进货查验记录，并建立登记制度。', dueOn: addDays(today, 15) }));
	}
}

async function playTask(db: Kysely<DB>, id: string, inspector: Actor, planner: Actor, today: string): Promise<void> {
	const own = await myTask(db, inspector, id);
	if (!own.ok) throw new Error('the demo inspector lost their task');
	// At least one is left to be visited.
	const open = own.objects.filter((o) => o.result === null).slice(0, -1);
	for (const [k, object] of open.entries()) {
		const visit = played[k];
		if (visit === undefined) return;
		const { uscc } = object;
		must('enter a result', await enterResult(db, inspector, id, uscc, { result: visit.result, note: visit.note, visitedOn: today }));
		const ref = { kind: 'task', id } as const;
		if (visit.then !== 'return') must('keep a photograph', await addEvidence(db, inspector, ref, uscc, { name: '门头照片.png', bytes: shopFront(k), itemId: null }));
		if (visit.then === 'return') must('send back', await returnResult(db, planner, ref, uscc, '未上传门头照片和现场检查记录，请补充后重新送审。'));
		if (visit.then === 'accept') must('accept', await reviewResults(db, planner, id, [uscc]));
	}
}

/** A picture of a shop's front in three flat colours, 320 × 240: no photograph of anybody's. */
function shopFront(k: number): Uint8Array {
	const [width, height] = [320, 240];
	const sign = [[176, 36, 28], [28, 92, 160], [40, 120, 70]][k % 3]!;
	const colourAt = (x: number, y: number): readonly number[] => (y > 40 && y < 90 ? sign : y >= 90 && x > 120 && x < 200 ? [70, 70, 78] : [222, 216, 204]);
	const rows = Buffer.alloc(height * (1 + width * 3));
	for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rows.set(colourAt(x, y), y * (1 + width * 3) + 1 + x * 3);
	const chunk = (type: string, data: Buffer): Buffer => {
		const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
		const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
		length.writeUInt32BE(data.length);
		sum.writeUInt32BE(crc32(body));
		return Buffer.concat([length, body, sum]);
	};
	const head = Buffer.alloc(13);
	head.writeUInt32BE(width, 0);
	head.writeUInt32BE(height, 4);
	head.set([8, 2, 0, 0, 0], 8);
	return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}
