import { error } from '@sveltejs/kit';
import { searchEnterprises } from '#lib/enterprises/search.server.ts';
import { judge, rulesAsked, type Facts, type Terms } from '#lib/sampling/pool/eligibility.ts';
import { factsFor } from '#lib/sampling/pool/facts-of-one.server.ts';
import { refusalLabel } from '#lib/sampling/labels.ts';
import { listPresets } from '#lib/sampling/presets/presets.server.ts';
import { limitsOf, ratioFor, type PresetRules } from '#lib/sampling/presets/presets.ts';
import { gradesOf } from '#lib/sampling/presets/professional.ts';
import { listItems } from '#lib/sampling/registers/items.server.ts';
import { sourceOf } from '#lib/sampling/presets/rule-sources.ts';
import { termsFrom, whatIfFrom } from '#lib/sampling/presets/what-if.ts';
import type { PageServerLoad } from './$types';

type Found = { readonly uscc: string; readonly name: string; readonly regionName: string | null; readonly status: string };
const noneFound: readonly Found[] = [];

/** What the rules make of facts: each rule with its source, the verdict, and how often such an object is drawn. */
function outcomeOf(rules: PresetRules, facts: Facts, terms: Terms) {
	const verdict = judge(rules, facts, terms);
	return {
		facts,
		terms,
		verdict,
		source: sourceOf(rules, verdict.reason, verdict.stratum),
		ratio: ratioFor(rules, verdict.stratum),
		steps: rulesAsked(rules, facts, terms).map((step) => ({ ...step, source: sourceOf(rules, step.reason, verdict.stratum) }))
	};
}

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const actor = locals.actor!;
	const search = url.searchParams;
	const versions = (await listPresets(locals.db, actor)).filter((p) => p.id === params.id);
	const wanted = Number(search.get('version'));
	const preset = versions.find((p) => (wanted > 0 ? p.version === wanted : p.state === 'active')) ?? (wanted > 0 ? undefined : versions[0]);
	if (!preset) error(404);
	const { rules } = preset;
	const items = (await listItems(locals.db, actor)).filter((i) => i.active);
	const itemId = items.find((i) => i.id === search.get('item'))?.id ?? items.find((i) => i.department_id === actor.departmentId)?.id ?? items[0]?.id ?? null;
	const base = {
		preset: { id: preset.id, name: preset.name, version: preset.version, state: preset.state, region: preset.region, ratioOf: rules.ratioOf, baselineRatio: rules.baselineRatio },
		versions: versions.map(({ version, state }) => ({ version, state })),
		limits: limitsOf(rules),
		fields: rules.professional.map((p) => ({ field: p.field, grades: gradesOf(p) })),
		items: items.map(({ id, number, name, sub_item }) => ({ id, number, name: sub_item === null ? name : `${name}（${sub_item}）` })),
		itemId,
		chosen: termsFrom(search)
	};
	if (search.get('mode') === 'what-if') {
		const { facts, terms } = whatIfFrom(search, rules);
		return { ...base, mode: 'what-if' as const, q: '', found: noneFound, problem: null, about: null, outcome: outcomeOf(rules, facts, terms) };
	}
	const nothing = { ...base, mode: 'enterprise' as const, q: (search.get('q') ?? '').trim(), found: noneFound, problem: null, about: null, outcome: null };
	const uscc = (search.get('uscc') ?? '').toUpperCase();
	if (uscc === '') {
		const found = await searchEnterprises(locals.db, actor, nothing.q);
		return { ...nothing, found: found.map(({ uscc, name, regionName, status }) => ({ uscc, name, regionName, status })) };
	}
	if (itemId === null) return { ...nothing, problem: refusalLabel('item-unknown') };
	const one = await factsFor(locals.db, actor, { uscc, itemId, rules, warningIds: search.getAll('warning') });
	// An address that names an enterprise of elsewhere, or one that is not active, says no more than that.
	if (!one.ok) error(one.reason === 'not-allowed' ? 403 : 404);
	const terms: Terms = { ...base.chosen, ...one.item };
	return { ...nothing, q: one.about.name, about: one.about, outcome: outcomeOf(rules, one.facts, terms) };
};
