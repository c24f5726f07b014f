import { type Content, type Section } from '../content.ts';
import type { Material } from '../material.ts';
import { periodText, titleOf } from '../period.ts';
import { ahead, completeness } from './ahead.ts';
import { backValidation, burden, classes, inOne, precision, rates } from './effect.ts';
import { highRisk, showsShares } from './high-risk.ts';
import { overview } from './overview.ts';
import { industries, regions } from './places.ts';
import { typed } from './section.ts';
import { disposal, inspections, leadTimes, warnings } from './work.ts';

/** A report of everything that was gathered, in the order of its kind; pictures are drawn later. */
export function reportOf(material: Material): Content {
	const { unit, period, snapshot } = material;
	const sections = sectionsOf(material).filter((section) => section !== null);
	return {
		title: titleOf(period, { place: unit.place, unit: unit.name }), unit: unit.name, period: periodText(period), from: period.from, to: period.to, snapshot,
		classes: sections.some(({ key }) => ['classes', 'rates', 'back-validation', 'own-work'].includes(key)) || (period.kind !== 'effect' && showsShares(material)), sections
	};
}

function sectionsOf(material: Material): readonly (Section | null)[] {
	const { effect } = material;
	const about = effect === null ? null : { material, effect };
	switch (material.period.kind) {
		case 'monthly':
		case 'quarterly':
			return [overview, regions, industries, highRisk, warnings, disposal, inspections, leadTimes, completeness, ahead].map((write) => write(material));
		case 'yearly':
			// S4 三(四): this work is a section of its own (单列), and highlights (工作亮点) are drawn from it.
			return [
				overview(material),
				about && inOne('own-work', '企业信用风险分类管理工作开展情况', [classes(about), rates(about), backValidation(about), burden(about)]),
				inOne('monitoring', '风险监测预警工作开展情况', [regions(material), industries(material), highRisk(material), warnings(material), disposal(material), leadTimes(material)]),
				typed('highlights', '工作亮点', 'required'), typed('problems', '存在问题', 'optional'), completeness(material), ahead(material)
			];
		case 'effect':
			return [overview(material), ...(about === null ? [] : [classes(about), rates(about), precision(about), backValidation(about), burden(about)]), disposal(material), leadTimes(material), completeness(material), typed('conclusions', '评估结论和建议', 'optional')];
	}
}
