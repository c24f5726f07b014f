/** A visit's list: a drawn task or a lead check. With the enterprise it names one visit. */
export type VisitRef = { readonly kind: 'task' | 'lead'; readonly id: string };

/** `task:<id>` or `lead:<id>`, as it stands in the tables. */
export function refText(ref: VisitRef): string {
	return `${ref.kind}:${ref.id}`;
}

/** The reverse of `refText`; null for anything else. */
export function refOf(text: string): VisitRef | null {
	const parts = /^(task|lead):([\w-]{1,60})$/.exec(text);
	return parts ? { kind: parts[1] as VisitRef['kind'], id: parts[2]! } : null;
}

/** A list as the audit trail and its planners name it. */
export function listOf({ kind, id }: VisitRef): { readonly objectKind: 'sampling_task' | 'lead_check'; readonly objectId: string } {
	return { objectKind: kind === 'task' ? 'sampling_task' : 'lead_check', objectId: id };
}

/** The inspector's own page of a visit. */
export function sheetPath(ref: VisitRef, uscc: string): string {
	return ref.kind === 'task' ? `/my-tasks/${ref.id}/${uscc}` : `/my-tasks/lead-checks/${ref.id}`;
}

/** The reviewer's page of a visit. */
export function recordPath(ref: VisitRef, uscc: string): string {
	return ref.kind === 'task' ? `/tasks/${ref.id}/results/${uscc}` : `/lead-checks/${ref.id}/results`;
}
