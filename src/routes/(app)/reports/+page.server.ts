import { fail, redirect } from '@sveltejs/kit';
import { may } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { dayOf } from '#lib/calendar/days.ts';
import { beginReport } from '#lib/reports/begin.server.ts';
import { misreadReports, parseReportFilter } from '#lib/reports/list-filter.ts';
import { listReports } from '#lib/reports/list.server.ts';
import { lastPeriod, reportKinds, type ReportKind } from '#lib/reports/period.ts';
import { reportRefusalText } from '#lib/reports/refusal-text.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const filter = parseReportFilter(url.searchParams);
	const list = await listReports(locals.db, locals.actor!, filter);
	const newest = Object.fromEntries(reportKinds.map((kind) => [kind, lastPeriod(kind, dayOf(locals.now)).to.slice(0, 7)])) as Record<ReportKind, string>;
	return { filter, misread: misreadReports(url.searchParams, list.units.map(({ id }) => id)), ...list, newest, mayWrite: may(locals.actor!, 'report.edit') };
};

export const actions: Actions = {
	begin: async ({ locals, request }) => {
		const form = await request.formData();
		const typed = { kind: String(form.get('kind') ?? ''), month: String(form.get('month') ?? '') };
		const made = await beginReport(locals.db, locals.actor!, typed);
		if (!made.ok) return fail(statusOf(made), { refused: reportRefusalText(made), typed });
		redirect(303, `/reports/${made.id}`);
	}
};
