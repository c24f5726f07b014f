import { m } from '#lib/messages/messages.js';
import { pathOf } from './link.ts';
import type { NewNotice } from './notify.server.ts';

export type LetterLocale = 'zh-CN' | 'en';
export const letterLocales = ['zh-CN', 'en'] as const satisfies readonly LetterLocale[];

/** What leaves of a notice. Nothing may be added: no enterprise, class, indicator, level, region or industry (H2). */
export type Told = { readonly number: string | null; readonly link: string };

/** More numbers than this in one letter are only counted. */
export const longestList = 50;

/** One line a thing, however many notices there are of it. */
export function toldOf(origin: string, notices: readonly Pick<NewNotice, 'number' | 'objectKind' | 'objectId'>[]): readonly Told[] {
	const told = new Map(notices.map((notice) => [pathOf(notice), { number: notice.number, link: origin + pathOf(notice) }]));
	return [...told.values()];
}

export type Letter = { readonly subject: string; readonly text: string };

/** A letter of numbers and links. */
export function noticeLetter(told: readonly Told[], origin: string, locale: LetterLocale): Letter {
	const n = told.length;
	const shown = told.slice(0, longestList).map(({ number, link }) =>
		number === null ? m.notices_letter_several({ link }, { locale }) : m.notices_letter_line({ number, link }, { locale })
	);
	const more = n > longestList ? [m.notices_letter_more({ n: n - longestList }, { locale })] : [];
	const subject = m.notices_letter_subject({ n }, { locale });
	return { subject, text: lines([subject, ...shown, ...more, '', ...foot(origin, locale)]) };
}

/** A letter without any number: of what may or may not have arrived before. */
export function countLetter(unread: number, origin: string, locale: LetterLocale): Letter {
	const subject = m.notices_letter_count({ n: unread }, { locale });
	return { subject, text: lines([subject, m.notices_letter_count_why({}, { locale }), '', ...foot(origin, locale)]) };
}

export function testLetter(origin: string, locale: LetterLocale): Letter {
	return { subject: m.notices_letter_test({}, { locale }), text: lines([m.notices_letter_test_text({}, { locale }), '', ...foot(origin, locale)]) };
}

/** Asks whether the address is right; the link leads to a page with a button, so that nothing that only looks at links confirms it. */
export function confirmLetter(origin: string, secret: string, locale: LetterLocale): Letter {
	const link = `${origin}/account/notices?confirm=${secret}`;
	return { subject: m.notices_letter_confirm({}, { locale }), text: lines([m.notices_letter_confirm_text({}, { locale }), link, '', m.notices_letter_confirm_else({}, { locale })]) };
}

const foot = (origin: string, locale: LetterLocale) => [m.notices_letter_all({ link: `${origin}/notices` }, { locale }), m.notices_letter_settings({ link: `${origin}/account/notices` }, { locale })];
const lines = (parts: readonly string[]) => `${parts.join('\n')}\n`;
