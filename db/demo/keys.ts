import { personKey } from '#lib/enterprises/person.ts';
import { phoneKey } from '#lib/enterprises/phone.ts';
import type { Frame } from './frame.ts';

/** The keys under which the register finds what enterprises share; null where a text gives none. */
export type SharedKeys = { readonly person: string | null; readonly address: string | null; readonly phone: string | null };

/** As intake would make them. Persons come with a pseudonym of the source, so that two people of one name stay two. */
export function sharedKeys(frame: Frame, county: number, person: number, address: string, phone: string): SharedKeys {
	return {
		person: personKey(`demo ${frame.seed} ${person}`, null, '320000'),
		address: frame.addressKey(address, frame.counties[county] as string),
		phone: phoneKey(phone)
	};
}
