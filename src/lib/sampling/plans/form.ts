import { fail } from '@sveltejs/kit';
import { statusOf, type Refusal } from '#lib/access/refuse.ts';
import { cellsOf } from '../tasks/cells.ts';
import { classKeys } from '../classes.ts';
import { text, texts } from '../forms.ts';
import type { TaskScope } from '../tasks/scope.ts';
import type { Kept } from './kept.ts';
import { planRefusal } from './labels.ts';

/** All that a form sent, for showing it again. Files are left out. */
function keptOf(form: FormData): Kept {
	const kept: Record<string, string[]> = {};
	for (const [name, value] of form) if (typeof value === 'string') (kept[name] ??= []).push(value);
	return kept;
}

/** A refusal as the answer of a form action: status, what to tell the person, and what they had typed. */
export function refusedWith(refusal: Refusal, form: FormData) {
	return fail(statusOf(refusal), { reason: refusal.reason, message: planRefusal(refusal), kept: keptOf(form) });
}

/** The version of a thing that the person saw, from a hidden field; what is no number matches none. */
export function versionOf(form: FormData): number {
	const value = Number(text(form, 'version'));
	return Number.isInteger(value) ? value : -1;
}

/** 食用农产品，特种设备 → its parts, each once. */
const tagsOf = (typed: string): string[] => [...new Set(typed.split(/[,，、;；\n]+/).map((tag) => tag.trim()).filter((tag) => tag !== ''))];

/** The scope of `ScopeFields` in a form. */
export function scopeOfForm(form: FormData): TaskScope {
	const industries = form.getAll('industry');
	const added = form.getAll('region').flatMap((region, i) => {
		const industry = industries[i];
		return typeof region === 'string' && region !== '' ? cellsOf([`${region}/${typeof industry === 'string' && industry !== '' ? industry : '*'}`]) : [];
	});
	const cells = [...cellsOf(texts(form, 'cell')), ...added];
	const classes = classKeys.filter((key) => texts(form, 'class').includes(key));
	const tags = tagsOf(text(form, 'tags'));
	return {
		cells: cells.filter((cell, i) => cells.findIndex((other) => other.region === cell.region && other.industry === cell.industry) === i),
		memberWarnings: texts(form, 'members'),
		classes: classes.length === 0 ? null : classes,
		tags: tags.length === 0 ? null : tags,
		establishedFrom: text(form, 'established-from') || null,
		establishedTo: text(form, 'established-to') || null
	};
}
