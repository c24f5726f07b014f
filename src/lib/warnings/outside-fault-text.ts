import { m } from '#lib/messages/messages.js';
import { outsideLimits, type OutsideFault } from './outside-read.ts';

type Named = { readonly field: string; readonly value: string };

const texts: Readonly<Record<OutsideFault['reason'], (fault: Named) => string>> = {
	'not-json': m.api_outside_not_json, 'not-object': m.api_outside_not_object, 'unknown-field': m.api_outside_unknown_field, missing: m.api_outside_missing,
	'not-text': m.api_outside_not_text, 'not-a-level': m.api_outside_level, 'not-a-day': m.api_outside_day,
	'too-long': ({ field }) => m.api_outside_too_long({ field, n: outsideLimits[field as keyof typeof outsideLimits] }),
	'future-day': m.api_outside_future, 'days-reversed': m.api_outside_reversed, 'not-a-state': m.api_outside_state, 'not-a-link': m.api_outside_link,
	'about-both': m.api_outside_about_both, 'about-nothing': m.api_outside_about_nothing, 'industry-alone': m.api_outside_industry_alone, 'bad-uscc': m.api_outside_uscc,
	'id-twice': m.api_outside_twice, 'unknown-enterprise': m.api_outside_enterprise, 'unknown-region': m.api_outside_region,
	'unknown-industry': m.api_outside_industry, 'unknown-item': m.api_outside_item, 'outside-jurisdiction': m.api_outside_elsewhere,
	'about-changed': m.api_outside_about_changed, 'never-reported': m.api_outside_never
};

/** What is wrong with one line of a report, with what stood there and what to do. */
export const outsideFaultText = ({ reason, field, value }: OutsideFault): string => texts[reason]({ field: field ?? '', value: value ?? '' });
