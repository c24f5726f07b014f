import type { Content } from './content.ts';

/** On which state of the data a report stands, as its papers say it. */
export const snapshotText = ({ snapshot }: Pick<Content, 'snapshot'>): string =>
	`数据快照：统计版本 ${snapshot.version}，数据完整至 ${snapshot.upTo ?? '—'}${snapshot.ids.length === 0 ? '' : `，地图快照编号 ${snapshot.ids.join('、')}`}`;
