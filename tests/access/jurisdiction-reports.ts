import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Content } from '#lib/reports/content.ts';
import { reportHash } from '#lib/reports/hash.server.ts';

export const pictureOf = (mark: string) => {
	const bytes = Buffer.from(`picture ${mark}`);
	return { bytes, hash: createHash('sha256').update(bytes).digest('hex') };
};

/** A report that is issued and one that is being written, of each place, with words, numbers, a table and a picture that say its mark. */
export async function writeReports(db: Kysely<DB>, code: string, mark: string): Promise<void> {
	const at = new Date('2026-11-03T02:00:00Z');
	const picture = pictureOf(mark);
	const content: Content = {
		title: `月报${mark}`, unit: `局${mark}`, period: '2026年10月', from: '2026-10-01', to: '2026-10-31', snapshot: { version: 1, upTo: '2026-10-31', ids: [] }, classes: true,
		sections: [{
			key: 'overview', title: '总体情况', figures: [{ key: 'n', label: `预警${mark}`, value: 7, unit: '件', digits: 0 }], composed: [`文字${mark}`], text: null, edited: null, typed: null,
			tables: [{ key: 't', title: `表${mark}`, note: '', columns: [{ label: '地区', kind: 'text' }, { label: '预警', kind: 'number' }], rows: [[mark, 7]] }],
			charts: [{ key: 'c', title: `图${mark}`, alt: `图中${mark}`, twin: 't', data: { kind: 'ranking', rows: [] }, picture: { hash: picture.hash, width: 10, height: 10 } }]
		}]
	};
	const base = {
		kind: 'monthly', department_id: `department-${mark}`, region_code: code, period_key: '2026-10', from_day: '2026-10-01', to_day: '2026-10-31', content: JSON.stringify(content), composed_at: at,
		created_at: at, changed_at: at
	};
	const agency = { code: '苏市监', name: `发文机关${mark}`, contact: '' };
	const issued = { ...base, edition: 1, number: `号${mark}`, agency, issued_on: '2026-11-03' };
	const paper_hash = reportHash({ ...issued, content: content as never });
	await db
		.insertInto('report')
		.values([
			{ ...issued, id: `paper-${mark}`, state: 'issued', agency: JSON.stringify(agency), paper_hash },
			{ ...base, id: `draft-${mark}`, period_key: '2026-09', state: 'draft', created_by: `user-monitor-${mark}` }
		])
		.execute();
	await db.insertInto('report_picture').values([`paper-${mark}`, `draft-${mark}`].map((report_id) => ({ report_id, ...picture }))).execute();
	await db.insertInto('report_remark').values({ report_id: `draft-${mark}`, said: `意见${mark}`, said_by: `user-planner-${mark}`, said_at: at }).execute();
	await db.insertInto('report_unit').values({ department_id: `department-${mark}`, kinds: ['monthly'], changed_by: `user-leader-${mark}`, changed_at: at }).execute();
	await db.insertInto('report_due').values({ region_code: code, month: 11, day: 5, changed_by: `user-leader-${mark}`, changed_at: at }).execute();
}
