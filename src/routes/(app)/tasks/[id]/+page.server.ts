import { error, redirect } from '@sveltejs/kit';
import { may } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { verifyInside } from '#lib/sampling/draw/certificate.server.ts';
import { commit, isFiledUndirected, quotasOf, reopenTask, saveSettings } from '#lib/sampling/draw/commit.server.ts';
import { cancelTask, draw, redraw } from '#lib/sampling/draw/draw.server.ts';
import { drawHistory } from '#lib/sampling/draw/history.server.ts';
import { parseStratum } from '#lib/sampling/pool/eligibility.ts';
import { number, refused, text } from '#lib/sampling/forms.ts';
import { availableTeam } from '#lib/sampling/registers/eligible-inspectors.server.ts';
import { changeScope } from '#lib/sampling/tasks/change-scope.server.ts';
import { industryChoices, namedCells, regionChoices } from '#lib/sampling/tasks/names.server.ts';
import { refusedWith, scopeOfForm, versionOf } from '#lib/sampling/plans/form.ts';
import { poolOf } from '#lib/sampling/pool/page.server.ts';
import { ratioFor } from '#lib/sampling/presets/presets.ts';
import { newerClassMonth, seenRecheck, type Recheck } from '#lib/sampling/draw/recheck.server.ts';
import { drawnObjects, reviewResults } from '#lib/sampling/tasks/results.server.ts';
import { settingsFrom } from '#lib/sampling/draw/settings-form.ts';
import { databaseToday } from '#lib/sampling/tasks/access.server.ts';
import { stepOfState, taskSteps } from '#lib/sampling/tasks/task.ts';
import { taskDetail } from '#lib/sampling/tasks/tasks.server.ts';
import { correctionsOf } from '#lib/warnings/corrections.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const detail = await taskDetail(db, actor, params.id);
	if (!detail.ok) error(statusOf(detail));
	const { task, rules } = detail;
	const today = await databaseToday(db);
	const step = taskSteps.find((s) => s === url.searchParams.get('step')) ?? stepOfState[task.state];
	const own = task.department_id === actor.departmentId;
	const mayPlan = own && may(actor, 'task.create');
	const editing = step === 'scope' && mayPlan && task.state === 'draft' && url.searchParams.has('edit');
	const showsPool = step === 'pool' || step === 'settings' || step === 'draw';
	const [pool, cells, team, newMonth, drawn, verified, draws, controlAllowed, choices] = await Promise.all([
		showsPool ? poolOf(db, actor, task) : null,
		namedCells(db, task.scope.cells),
		availableTeam(db, task, today),
		task.state === 'committed' ? newerClassMonth(db, task) : null,
		task.drawn_at ? drawnObjects(db, actor, task.id) : null,
		task.drawn_at && step === 'draw' ? verifyInside(db, actor, task.id) : null,
		drawHistory(db, task),
		isFiledUndirected(db, task),
		editing ? Promise.all([regionChoices(db, actor), industryChoices(db, actor)]).then(([regions, industries]) => ({ regions, industries })) : null
	]);
	const frozen = pool?.frozen?.frozen ?? null;
	const quotas = pool && !frozen ? quotasOf(pool.strata, rules, task) : null;
	const live = (pool?.strata ?? []).map((s, i) => ({ ...s, quota: quotas?.ok ? (quotas.quotas[i] ?? 0) : 0, control: 0 }));
	const strata = (frozen?.strata ?? live).flatMap((s) => {
		const key = parseStratum(s.key);
		return key ? [{ ...s, ...key, ratio: ratioFor(rules, key) }] : [];
	});
	return {
		task,
		item: detail.item,
		preset: { ...detail.preset, sample: rules.sample },
		department: detail.department,
		warnings: detail.warnings,
		partners: detail.partners,
		plan: detail.plan,
		campaign: detail.campaign,
		incident: detail.incident,
		corrections: await correctionsOf(db, actor, detail.warnings.map((warning) => warning.id)),
		step,
		today,
		cells,
		pool: pool && {
			eligible: pool.eligible, excluded: pool.excluded, reasons: pool.reasons, oldestMonth: pool.oldestMonth, newestMonth: pool.newestMonth,
			isFrozen: frozen !== null
		},
		quotas,
		total: strata.reduce((n, s) => n + s.quota, 0),
		strata: strata.sort((a, b) => (a.key < b.key ? -1 : 1)),
		inspectors: team.inspectors.length,
		experts: team.experts.length,
		controlAllowed,
		newMonth,
		recheck: task.recheck as Recheck | null,
		objects: drawn?.ok ? drawn.objects : [],
		verified: verified?.ok ? verified : null,
		draws,
		mayPlan,
		choices,
		mayExport: may(actor, 'business.export')
	};
};

export const actions: Actions = {
	scope: async ({ locals, params, request }) => {
		const form = await request.formData();
		const changed = await changeScope(locals.db, locals.actor!, params.id, { scope: scopeOfForm(form), dueOn: text(form, 'due'), version: versionOf(form) });
		if (!changed.ok) return refusedWith(changed, form);
		redirect(303, `/tasks/${params.id}?step=pool`);
	},
	settings: async ({ locals, params, request }) => {
		const form = await request.formData();
		const read = settingsFrom((name) => (form.has(name) ? text(form, name) : null));
		const saved = await saveSettings(locals.db, locals.actor!, params.id, read.settings);
		if (!saved.ok) return refused(saved);
		return read.wrong.length === 0 ? { saved: true } : { wrong: read.wrong };
	},
	commit: async ({ locals, params, request }) => {
		const form = await request.formData();
		const read = settingsFrom((name) => (form.has(name) ? text(form, name) : null));
		if (read.wrong.length > 0) return { wrong: read.wrong };
		const made = await commit(locals.db, locals.actor!, params.id, { settings: read.settings, version: number(form, 'version') ?? undefined });
		if (!made.ok) return refused(made);
		redirect(303, `/tasks/${params.id}?step=draw`);
	},
	reopen: async ({ locals, params, request }) => {
		const opened = await reopenTask(locals.db, locals.actor!, params.id, text(await request.formData(), 'reason'));
		if (!opened.ok) return refused(opened);
		redirect(303, `/tasks/${params.id}?step=settings`);
	},
	draw: async ({ locals, params, request }) => {
		const drawn = await draw(locals.db, locals.actor!, params.id, text(await request.formData(), 'entropy') || null);
		if (!drawn.ok) return refused(drawn);
		redirect(303, `/tasks/${params.id}?step=draw`);
	},
	redraw: async ({ locals, params, request }) => {
		const opened = await redraw(locals.db, locals.actor!, params.id, text(await request.formData(), 'reason'));
		if (!opened.ok) return refused(opened);
		redirect(303, `/tasks/${params.id}?step=settings`);
	},
	seen: async ({ locals, params }) => {
		const seen = await seenRecheck(locals.db, locals.actor!, params.id);
		return seen.ok ? { seen: true } : refused(seen);
	},
	review: async ({ locals, params }) => {
		const reviewed = await reviewResults(locals.db, locals.actor!, params.id, null);
		return reviewed.ok ? { reviewed: reviewed.reviewed } : refused(reviewed);
	},
	cancel: async ({ locals, params, request }) => {
		const cancelled = await cancelTask(locals.db, locals.actor!, params.id, text(await request.formData(), 'reason'));
		if (!cancelled.ok) return refused(cancelled);
		redirect(303, `/tasks/${params.id}`);
	}
};
