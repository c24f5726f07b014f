import { m } from '#lib/messages/messages.js';
import type { Locale } from '#lib/messages/runtime.js';
import type { Theme } from '#lib/ui/theme.svelte.ts';

/** The languages to choose from, each by its own name. */
export const languages: readonly { readonly value: Locale; readonly label: string }[] = [
	{ value: 'zh-CN', label: '中文' },
	{ value: 'en', label: 'English' }
];

/** The theme's name in the reader's language. */
export function themeLabel(theme: Theme): string {
	return { auto: m.common_theme_auto, light: m.common_theme_light, dark: m.common_theme_dark }[theme]();
}
