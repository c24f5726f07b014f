import type { InspectionResult } from '#lib/sampling/tasks/results.ts';
import type { Level } from '#lib/warnings/levels.ts';

/** Words of the outside format. They are part of its version: an interface text may be reworded, these may not. */
export const levelWords: Readonly<Record<Level, string>> = { red: '红色', orange: '橙色', yellow: '黄色', blue: '蓝色' };

/** The nine published results of an inspection (C8). */
export const resultWords: Readonly<Record<InspectionResult, string>> = {
	'no-problem': '未发现问题',
	'annual-report-missing': '未按规定公示年报',
	'disclosure-missing': '未按规定公示其他应当公示的信息',
	'disclosure-false': '公示信息隐瞒真实情况、弄虚作假',
	unreachable: '通过登记的住所（经营场所）无法联系',
	'ordered-to-correct': '发现问题已责令改正',
	uncooperative: '不配合检查情节严重',
	'no-activity': '未发现开展本次抽查涉及的经营活动',
	'follow-up': '发现问题待后续处理'
};
