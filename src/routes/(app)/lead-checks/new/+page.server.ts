import { randomUUID } from 'node:crypto';
import { error, redirect } from '@sveltejs/kit';
import { check } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { addDays } from '#lib/calendar/days.ts';
import { m } from '#lib/messages/messages.js';
import { burdenOf } from '#lib/sampling/burden.server.ts';
import { text, texts } from '#lib/sampling/forms.ts';
import { itemForIndustries } from '#lib/sampling/registers/item-defaults.ts';
import { createLeadCheck, leadCheckForm, openLeadChecks } from '#lib/sampling/leads/checks.server.ts';
import { reportDetail } from '#lib/sampling/leads/reports.server.ts';
import { refusedWith } from '#lib/sampling/plans/form.ts';
import { eligibleOf } from '#lib/sampling/pool/page.server.ts';
import { ownItems } from '#lib/sampling/registers/items.server.ts';
import { databaseToday, findTask } from '#lib/sampling/tasks/access.server.ts';
import { defaultDays } from '#lib/sampling/tasks/task.ts';
import { warningScopes } from '#lib/sampling/tasks/warning-scope.server.ts';
import { warningDetail } from '#lib/warnings/detail.server.ts';
import { sentenceOf } from '#lib/warnings/sentence.ts';
import type { Actions, PageServerLoad } from './$types';

/** So many enterprises of a small pool are listed: more than one planner opens lead checks for, one by one. Ours. */
const poolShown = 50;

export const load: PageServerLoad = async ({ locals, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const refusal = check(actor, 'lead-check.create');
	if (refusal) error(statusOf(refusal));
	const asked = (name: string) => url.searchParams.get(name) || null;
	const [warningId, reportId, taskId] = [asked('warning'), asked('report'), asked('task')];
	const [warning] = warningId ? await warningScopes(db, actor, [warningId]) : [];
	if (warningId && !warning) error(404);
	const report = reportId === null ? null : await reportDetail(db, actor, reportId);
	if (report !== null && !report.ok) error(404);
	const pool = taskId === null ? null : await poolOf(taskId);
	const uscc = (asked('uscc') ?? report?.report.uscc ?? warning?.uscc ?? '').toUpperCase();
	const [items, today] = await Promise.all([ownItems(db, actor), databaseToday(db)]);
	const dueOn = addDays(today, defaultDays);
	const wished = asked('item') ?? pool?.itemId ?? null;
	const itemId = items.find((i) => i.id === wished)?.id ?? itemForIndustries(items, warning?.industry ? [warning.industry] : [])?.item.id ?? null;
	const [form, burden] = uscc === '' ? [null, null] : await Promise.all([leadCheckForm(db, actor, uscc, itemId, dueOn), burdenOf(db, actor, uscc)]);
	const detail = warning ? await warningDetail(db, actor, warning.id) : null;
	const finding = detail?.ok ? sentenceOf(detail, detail.explanation) : '';
	return {
		id: randomUUID(),
		evidence:
			warning && detail?.ok
				? m.sampling_lead_evidence_default({ number: warning.number, uscc, finding })
				: report !== null && report.report.state === 'verified'
					? m.plans_lead_report_evidence({ number: report.report.number, uscc, finding: report.report.finding ?? '' })
					: `${uscc} `,
		others: uscc ? await openLeadChecks(db, actor, uscc) : [],
		warning: warning ?? null,
		report: report === null ? null : { id: report.report.id, number: report.report.number, state: report.report.state, mayCheck: report.mayCheck },
		pool,
		uscc,
		enterprise: form?.ok ? form.enterprise : null,
		burden: burden?.ok ? burden.burden : null,
		inspectors: form?.ok ? form.inspectors : [],
		notFound: uscc !== '' && form !== null && !form.ok,
		items: items.map(({ id, number, name, sub_item }) => ({ id, number, name, subItem: sub_item })),
		itemId,
		today,
		dueOn
	};

	/** The enterprises of a pool that is too small to draw from. */
	async function poolOf(id: string) {
		const found = await findTask(db, actor, id);
		if (!found.ok) error(404);
		const list = await eligibleOf(db, actor, id, poolShown);
		if (!list.ok) error(statusOf(list));
		return { id, number: found.task.number, itemId: found.task.item_id, rows: list.rows, more: list.total > list.rows.length };
	}
};

export const actions: Actions = {
	default: async ({ locals, request }) => {
		const form = await request.formData();
		const made = await createLeadCheck(locals.db, locals.actor!, {
			id: text(form, 'id'),
			uscc: text(form, 'uscc').toUpperCase(),
			warningId: text(form, 'warning') || null,
			reportId: text(form, 'report') || null,
			ground: text(form, 'ground'),
			evidence: text(form, 'evidence'),
			itemId: text(form, 'item'),
			inspectorIds: texts(form, 'inspector'),
			dueOn: text(form, 'due')
		});
		if (!made.ok) return refusedWith(made, form);
		redirect(303, `/lead-checks/${made.id}`);
	}
};
