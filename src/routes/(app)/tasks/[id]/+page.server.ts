import { error, redirect } from '@sveltejs/kit';
import { may } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { verifyInside } from '#lib/sampling/certificate.server.ts';
import { availableInspectors, cancelTask, commit, draw, quotasOfTask } from '#lib/sampling/draw.server.ts';
import { teamModes } from '#lib/sampling/teams.ts';
import { parseStratum } from '#lib/sampling/eligibility.ts';
import { number, refused, text } from '#lib/sampling/forms.ts';
import { namedCells } from '#lib/sampling/names.server.ts';
import { poolReasonCounts } from '#lib/sampling/pool-page.server.ts';
import { buildPool, newerClassMonth } from '#lib/sampling/pool.server.ts';
import { ratioFor } from '#lib/sampling/presets.ts';
import type { Wish } from '#lib/sampling/quota.ts';
import { drawnObjects, reviewResults } from '#lib/sampling/results.server.ts';
import { databaseToday } from '#lib/sampling/task-access.server.ts';
import type { TaskSettings } from '#lib/sampling/task-scope.ts';
import { stepOfState, taskSteps } from '#lib/sampling/task.ts';
import { taskDetail } from '#lib/sampling/tasks.server.ts';
import { correctionsOf } from '#lib/warnings/corrections.server.ts';
import type { Actions, PageServerLoad } from './$types';

/** `mode`, `number` and `percent` as they stand in the form or the address. */
function wishOf(get: (name: string) => string): Wish {
	if (get('mode') === 'number') return { mode: 'number', number: Math.max(1, Math.floor(Number(get('number')) || 1)) };
	const percent = Number(get('percent'));
	return { mode: 'ratio', ratio: get('mode') === 'ratio' && percent > 0 ? Math.min(100, percent) / 100 : null };
}

/** Size of the sample and teams, where they were given. */
function boundsOf(get: (name: string) => string): Partial<TaskSettings> {
	const whole = (name: string): number | null => (/^\d{1,5}$/.test(get(name)) ? Number(get(name)) : null);
	const floor = whole('floor');
	const cap = whole('cap');
	const team = teamModes.find((t) => t === get('team'));
	return { ...(floor === null ? {} : { floor }), ...(cap ? { cap } : {}), ...(team ? { team } : {}) };
}

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const actor = locals.actor!;
	const detail = await taskDetail(locals.db, actor, params.id);
	if (!detail.ok) error(statusOf(detail));
	const { task } = detail;
	const today = await databaseToday(locals.db);
	const step = taskSteps.find((s) => s === url.searchParams.get('step')) ?? (task.pool_size === 0 && task.state === 'pooled' ? 'pool' : stepOfState[task.state]);
	const own = task.department_id === actor.departmentId;
	const committed = task.seed_commitment !== null;
	const wish: Wish = committed
		? task.mode === 'number'
			? { mode: 'number', number: task.wanted ?? 1 }
			: { mode: 'ratio', ratio: task.wanted }
		: wishOf((name) => url.searchParams.get(name) ?? '');
	const settings = { ...task.settings, ...(committed ? {} : boundsOf((name) => url.searchParams.get(name) ?? '')) };
	const quotas = task.frozen ? quotasOfTask({ ...task, settings }, detail.rules, wish) : null;
	const undrawn = task.state === 'pooled' || task.state === 'committed';
	const [reasons, cells, inspectors, newMonth, drawn, verified] = await Promise.all([
		poolReasonCounts(locals.db, task.id),
		namedCells(locals.db, task.scope.cells),
		availableInspectors(locals.db, task, today),
		undrawn ? newerClassMonth(locals.db, task.id) : null,
		task.drawn_at ? drawnObjects(locals.db, actor, task.id) : null,
		task.drawn_at && step === 'draw' ? verifyInside(locals.db, actor, task.id) : null
	]);
	return {
		task: { ...task, settings },
		item: detail.item,
		preset: { ...detail.preset, sample: detail.rules.sample },
		department: detail.department,
		warnings: detail.warnings,
		corrections: await correctionsOf(locals.db, actor, detail.warnings.map((warning) => warning.id)),
		step,
		today,
		cells,
		reasons,
		wish,
		quotas,
		strata: (task.frozen?.strata ?? []).flatMap((s, i) => {
			const key = parseStratum(s.key);
			const quota = s.quota ?? (quotas?.ok ? quotas.quotas[i] : 0) ?? 0;
			return key ? [{ ...s, ...key, quota, ratio: ratioFor(detail.rules, key) }] : [];
		}).sort((a, b) => (a.key < b.key ? -1 : 1)),
		inspectors: inspectors.length,
		newMonth,
		objects: drawn?.ok ? drawn.objects : [],
		verified: verified?.ok ? verified : null,
		mayPlan: own && may(actor, 'task.create'),
		mayExport: may(actor, 'business.export')
	};
};

export const actions: Actions = {
	pool: async ({ locals, params, request }) => {
		const actor = locals.actor!;
		const form = await request.formData();
		const detail = await taskDetail(locals.db, actor, params.id);
		if (!detail.ok) return refused(detail);
		// Only the scope's own form carries these; elsewhere the pool is made again as it was.
		const settings = form.has('terms')
			? { ...detail.task.settings, joint: form.has('joint'), spareOnSite: form.has('spare') }
			: detail.task.settings;
		const made = await buildPool(locals.db, actor, params.id, { settings });
		if (!made.ok) return refused(made);
		redirect(303, `/tasks/${params.id}?step=pool`);
	},
	commit: async ({ locals, params, request }) => {
		const form = await request.formData();
		const get = (name: string) => text(form, name);
		const made = await commit(locals.db, locals.actor!, params.id, wishOf(get), {
			settings: boundsOf(get),
			version: number(form, 'version') ?? undefined
		});
		if (!made.ok) return refused(made);
		redirect(303, `/tasks/${params.id}?step=draw`);
	},
	draw: async ({ locals, params }) => {
		const drawn = await draw(locals.db, locals.actor!, params.id);
		if (!drawn.ok) return refused(drawn);
		redirect(303, `/tasks/${params.id}?step=draw`);
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
