import { addWorkingDays, type WorkCalendar } from '#lib/calendar/working-days.ts';

/** Working days after the visit within which its result is to be public. A rule of the field: 随机抽查结果自检查完成之日起 20 个工作日内公示. */
export const publicationWorkingDays = 20;

/** The last day on which a visit's result may become public. @param visitedOn `YYYY-MM-DD` */
export function publicationDue(calendar: WorkCalendar, visitedOn: string): string {
	return addWorkingDays(calendar, visitedOn, publicationWorkingDays);
}

export const publicationStates = ['due', 'published', 'exempt'] as const;
export type PublicationState = (typeof publicationStates)[number];

/** The views of the list: what is late is also due. */
export const publicationViews = ['due', 'overdue', 'published', 'exempt'] as const;
export type PublicationView = (typeof publicationViews)[number];

/** Is this a law that keeps a result from the public, by its title? `《中华人民共和国保守国家秘密法》` is, `领导要求` is not. */
export function namesLaw(reason: string): boolean {
	return /《[^《》]{3,}》/.test(reason);
}
