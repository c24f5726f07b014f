import { hash } from 'node:crypto';
import { cityOf } from '#lib/regions/tree.ts';

/**
 * The key of a natural person.
 *
 * With an identifier (number of an identity document, or the source's own pseudonym) the person is known everywhere: `i:…`, a hash,
 * because the identifier itself is nobody's business here. With a name only, the same name in the same city is taken for the same
 * person: `n:320400:张伟`, which common names will disprove; whoever reads it can tell by the prefix. Null without either.
 */
export function personKey(id: string | null, name: string | null, regionCode: string): string | null {
	if (id !== null) {
		const plain = id.normalize('NFKC').replace(/\s/g, '').toUpperCase();
		if (plain !== '' && !isPlaceholder(plain)) return `i:${hash('sha256', `qianshao person ${plain}`, 'base64url').slice(0, 22)}`;
	}
	const plain = name === null ? '' : name.normalize('NFKC').replace(/[\s·•.]/g, '').toUpperCase();
	return plain.length < 2 || isPlaceholder(plain) ? null : `n:${cityOf(regionCode)}:${plain}`;
}

function isPlaceholder(text: string): boolean {
	// 张*, 李某某, 王先生: no name of anybody in particular.
	if (/[*某]|先生$|女士$|小姐$/.test(text)) return true;
	return /^(N\/A|NULL|NONE|无|不详|未知|匿名|[-—/*]+|0+)$/.test(text);
}
