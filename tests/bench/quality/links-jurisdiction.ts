import { isCrowd, placeOf } from '#lib/enterprises/place.ts';
import type { Arrival, Tie } from '#lib/detection/links/graph.ts';
import { randomOf } from '../../detection/random.ts';

/** What is looked at: enterprises that register, that are cancelled young, that are sold as shells. */
export const activities = ['registration', 'young-cancellation', 'transfer'] as const;
export type Activity = (typeof activities)[number];

export const shapes = [
	'one-house', 'one-room', 'one-person', 'rotating', 'agent-and-park', 'chain', 'cancel-ring', 'transfer-ring'
] as const;
export type Shape = (typeof shapes)[number];

export type Planted = { readonly shape: Shape; readonly activity: Activity; readonly enterprises: ReadonlySet<number>; readonly last: number };

export type Jurisdiction = {
	readonly arrivals: Readonly<Record<Activity, readonly Arrival[]>>;
	readonly planted: readonly Planted[];
	readonly lastDay: number;
};

const years = 3;
const days = years * 365;
/** Planting happens in the last year. */
const testFrom = days - 365;

type Address = { readonly key: string; readonly written: string };
type Agency = { readonly name: string; readonly weight: number; readonly from: number; readonly phone: string };
type Crowd = {
	readonly kind: 'tower' | 'market' | 'park' | 'cluster';
	readonly name: string;
	readonly weight: number;
	readonly from: number;
	/** A new one fills at once; none: it was there before. */
	readonly opening: number;
	readonly agents: readonly number[];
	desks: number;
};

/**
 * Three years of a made-up city with what honest enterprises share: towers, markets that open in a month, parks and registration
 * addresses with their own agents, agencies with thousands of clients and one phone for many of them, families with several shops,
 * chain stores, names that many people have. In the last year groups that belong together are planted.
 */
export function makeJurisdiction(seed: number, enterprises: number, groupsPerShape: number): Jurisdiction {
	const random = randomOf(seed);
	const { next, poisson, gamma } = random;
	const below = (n: number) => Math.floor(next() * n);
	const between = (low: number, high: number) => low + below(high - low + 1);
	const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
	const picker = (weights: readonly number[]) => {
		const sums: number[] = [];
		let sum = 0;
		for (const weight of weights) sums.push((sum += weight));
		return () => {
			const wanted = next() * sum;
			let [low, high] = [0, sums.length - 1];
			while (low < high) {
				const middle = (low + high) >>> 1;
				if (sums[middle]! < wanted) low = middle + 1;
				else high = middle;
			}
			return low;
		};
	};
	const scale = enterprises / 60_000;

	const agencies = Array.from({ length: Math.ceil(180 * scale) + 20 }, (_, i): Agency => ({
		name: `agency-${i}`, weight: 1 / (i + 2) ** 0.9, from: next() < 0.25 ? below(days) : 0, phone: `agency-phone-${i}`
	}));
	const crowd = (kind: Crowd['kind'], i: number, weight: number, isNew: boolean): Crowd => ({
		kind, name: `${kind}${i}`, weight, from: isNew ? below(days - 60) : 0, opening: isNew ? poisson(kind === 'market' ? 70 : 20) : 0,
		agents: Array.from({ length: between(1, 4) }, () => below(agencies.length)), desks: 0
	});
	const crowds: Crowd[] = [];
	const many = (kind: Crowd['kind'], n: number, weight: () => number, newShare: number) => {
		for (let i = 0; i < Math.max(3, Math.round(n * scale)); i++) crowds.push(crowd(kind, i, weight(), next() < newShare));
	};
	many('tower', 160, () => gamma(0.8), 0.2);
	many('market', 60, () => gamma(0.7), 0.25);
	many('park', 18, () => 4 * gamma(1.5), 0.15);
	many('cluster', 8, () => 8 * gamma(2), 0.15);

	/** New registration addresses are approved, and listed as such, before they begin. */
	const approved = crowds.filter((place) => place.kind === 'cluster' && place.from > 0).map((place) => `${place.name}商`);
	const addressIn = (place: Crowd): Address => {
		const text = {
			tower: () => `${place.name}路8号${place.name}大厦${between(1, 24)}${String(between(1, 12)).padStart(2, '0')}`,
			market: () => `${place.name}商贸市场${between(1, 6)}区${between(1, 160)}号`,
			park: () => `${place.name}路1号${place.name}产业园A幢${between(2, 9)}层工位${++place.desks}`,
			cluster: () => `${place.name}商务秘书托管区A-${1000 + ++place.desks}`
		}[place.kind]();
		return { key: `3204:天宁区:${text}`, written: text };
	};
	const houseOf = (i: number): Address => {
		const text = `街${Math.floor(i / 60)}路${(i % 60) + 1}号`;
		return { key: `3204:天宁区:${text}`, written: text };
	};
	const villageOf = (i: number): Address => {
		const text = `村${Math.floor(i / 80)}村${(i % 8) + 1}组${(i % 80) + 1}号`;
		return { key: `3204:武进区:${text}`, written: text };
	};
	const houses = Math.round(24_000 * scale);
	const villages = Math.round(9_000 * scale);
	const surnames = picker(Array.from({ length: 900 }, (_, i) => 1 / (i + 3)));

	const registrations: Arrival[] = [];
	const cancellations: Arrival[] = [];
	const transfers: Arrival[] = [];
	let number = 0;
	let persons = 0;
	let phones = 0;
	const person = (): Tie => {
		const id = ++persons;
		return next() < 0.8 ? { kind: 'person', key: `i:${id}`, sort: 'id' } : { kind: 'person', key: `n:${surnames()}-${surnames()}`, sort: 'name' };
	};
	const ownPhone = (): Tie => ({ kind: 'phone', key: `13${++phones}` });
	const at = ({ key, written }: Address): Tie[] => {
		if (approved.some((name) => written.startsWith(name))) return [];
		const place = placeOf(key, written);
		const here: Tie = { kind: 'place', key: place.key, sort: place.kind, crowd: isCrowd(place.kind) };
		return place.unit === null ? [here] : [here, { kind: 'room', key, sort: place.kind }];
	};
	const agentTie = (i: number): Tie => ({ kind: 'agent', key: agencies[i]!.name, crowd: true });
	const pickAgency = picker(agencies.map((agency) => agency.weight));
	const agencyOn = (day: number): number => {
		for (let i = pickAgency(); ; i = pickAgency()) if (agencies[i]!.from <= day) return i;
	};
	const pickCrowd = Object.fromEntries((['tower', 'market', 'park', 'cluster'] as const).map((kind) => {
		const own = crowds.filter((place) => place.kind === kind);
		const pickOne = picker(own.map((place) => place.weight));
		return [kind, (day: number) => {
			for (let tries = 0; tries < 50; tries++) {
				const place = own[pickOne()]!;
				if (place.from <= day) return place;
			}
			return own[0]!;
		}];
	})) as Record<Crowd['kind'], (day: number) => Crowd>;

	const quiet = (day: number) => day % 7 > 4 || (day % 365 > 25 && day % 365 < 40);
	const register = (day: number, ties: readonly Tie[]): number => {
		const enterprise = number++;
		registrations.push({ enterprise, day, ties });
		return enterprise;
	};
	/** What follows in an honest life: sold, or cancelled. */
	const live = (enterprise: number, day: number, ties: readonly Tie[]) => {
		if (next() < 0.012) {
			const on = day + between(40, 700);
			if (on < days) transfers.push({ enterprise, day: on, ties: somewhere(on) });
		} else if (next() < 0.025) {
			const on = day + between(20, 180);
			if (on < days) cancellations.push({ enterprise, day: on, ties });
		}
	};
	const somewhere = (day: number): Tie[] => {
		const u = next();
		const owner = person();
		const phone = ownPhone();
		let agent: number | null = next() < 0.35 ? agencyOn(day) : null;
		let place: Address;
		if (u < 0.42) place = houseOf(below(houses));
		else if (u < 0.6) place = addressIn(pickCrowd.tower(day));
		else if (u < 0.68) place = addressIn(pickCrowd.market(day));
		else if (u < 0.86) {
			const where = pickCrowd[u < 0.78 ? 'park' : 'cluster'](day);
			place = addressIn(where);
			if (next() < 0.75) agent = pick(where.agents);
		} else place = villageOf(below(villages));
		return [...at(place), owner, agent !== null && next() < 0.4 ? { kind: 'phone', key: agencies[agent]!.phone } : phone,
			...(agent === null ? [] : [agentTie(agent)])];
	};

	const weights = Array.from({ length: days }, (_, day) => (quiet(day) ? 0.05 : 1) * (1 + 0.25 * Math.sin((2 * Math.PI * day) / 365)) * (0.85 + 0.3 * (day / days)));
	const total = weights.reduce((sum, weight) => sum + weight, 0);
	const owners: (readonly Tie[])[] = [];
	for (let day = 0; day < days; day++) {
		const n = poisson((enterprises * 0.93 * weights[day]!) / total * (0.8 + 0.4 * next()));
		for (let i = 0; i < n; i++) {
			if (owners.length > 100 && next() < 0.09) {
				// Another shop of somebody: mostly the same phone, often next door, sometimes two or three at once.
				const known = pick(owners);
				const kept = known.filter((tie) => tie.kind === 'person' || (tie.kind === 'phone' && next() < 0.7));
				const shops = next() < 0.15 ? between(2, 3) : 1;
				for (let shop = 0; shop < shops; shop++) {
					const where = next() < 0.3 ? known.filter((tie) => tie.kind === 'place' || tie.kind === 'room') : at(houseOf(below(houses)));
					const ties = [...where, ...kept];
					const on = Math.min(days - 1, day + below(20));
					live(register(on, ties), on, ties);
				}
				continue;
			}
			const ties = somewhere(day);
			live(register(day, ties), day, ties);
			if (owners.length < 20_000) owners.push(ties);
			else owners[below(owners.length)] = ties;
		}
	}
	// Markets and towers that open: strangers, each with a unit, person and phone of their own; half of a market's file by one agent.
	for (const place of crowds) {
		for (let i = 0; i < place.opening; i++) {
			const day = Math.min(days - 1, place.from + Math.floor(45 * next() ** 1.5));
			const helped = next() < 0.5 ? [agentTie(next() < 0.6 ? place.agents[0]! : agencyOn(day))] : [];
			const ties = [...at(addressIn(place)), person(), ownPhone(), ...helped];
			live(register(day, ties), day, ties);
		}
	}
	// Chain stores: one person and phone, three or four branches within two months.
	for (let i = 0; i < 60 * scale; i++) {
		const [owner, phone, day] = [person(), ownPhone(), below(days - 60)];
		for (let shop = between(3, 4); shop > 0; shop--) {
			const ties = [...at(houseOf(below(houses))), owner, phone];
			register(day + below(60), ties);
		}
	}

	const planted: Planted[] = [];
	for (const shape of shapes) for (let i = 0; i < groupsPerShape; i++) planted.push(plant(shape));

	function plant(shape: Shape): Planted {
		const n = Math.round(5 * 8 ** next());
		const from = testFrom + below(365 - 70);
		const span = between(10, 60);
		const when = () => from + below(span);
		const members: number[] = [];
		const dates: number[] = [];
		const add = (ties: readonly Tie[], day = when()) => {
			members.push(register(day, ties));
			dates.push(day);
		};
		const elsewhere = (day: number, without: readonly Tie['kind'][]) => somewhere(day).filter((tie) => !without.includes(tie.kind));
		let activity: Activity = 'registration';
		if (shape === 'one-house' || shape === 'one-room') {
			const where = at(shape === 'one-house' ? (next() < 0.5 ? villageOf(below(villages)) : houseOf(below(houses))) : addressIn(pickCrowd.tower(from)));
			for (let i = 0; i < n; i++) add([...where, ...elsewhere(from, ['place', 'room'])]);
		} else if (shape === 'one-person') {
			const owner: Tie = { kind: 'person', key: `i:${++persons}`, sort: 'id' };
			for (let i = 0; i < n; i++) add([...elsewhere(from, ['person']), owner]);
		} else if (shape === 'rotating') {
			const some = Math.ceil(n / 6);
			const lines = Array.from({ length: some }, ownPhone);
			const where = Array.from({ length: some + 1 }, () => at(houseOf(below(houses))));
			for (let i = 0; i < n; i++) add([...pick(where), person(), pick(lines)]);
		} else if (shape === 'agent-and-park') {
			const park = pickCrowd.park(from);
			let helper = below(Math.min(40, agencies.length));
			while (park.agents.includes(helper)) helper = below(Math.min(40, agencies.length));
			const agency = agentTie(helper);
			for (let i = 0; i < Math.max(8, n); i++) add([...at(addressIn(park)), person(), ownPhone(), agency]);
		} else if (shape === 'chain') {
			let before: Tie = { kind: 'person', key: `i:${++persons}`, sort: 'id' };
			for (let i = 0; i < n; i++) {
				const after: Tie = { kind: 'person', key: `i:${++persons}`, sort: 'id' };
				add([...elsewhere(from, ['person']), before, after]);
				before = after;
			}
		} else if (shape === 'cancel-ring') {
			activity = 'young-cancellation';
			const agency = agentTie(below(Math.min(40, agencies.length)));
			const lines = Array.from({ length: Math.ceil(n / 5) }, ownPhone);
			const start = from - 120;
			for (let i = 0; i < n; i++) {
				const ties = [...elsewhere(start, ['agent', 'phone']), agency, pick(lines)];
				const day = start + below(100);
				const enterprise = register(day, ties);
				const gone = Math.min(days - 1, from + below(span));
				members.push(enterprise);
				dates.push(gone);
				cancellations.push({ enterprise, day: gone, ties });
			}
		} else {
			activity = 'transfer';
			const some = Math.ceil(n / 6);
			const buyers = Array.from({ length: some }, (): Tie => ({ kind: 'person', key: `i:${++persons}`, sort: 'id' }));
			const where = Array.from({ length: some }, () => at(addressIn(pickCrowd[next() < 0.5 ? 'park' : 'cluster'](from))));
			for (let i = 0; i < n; i++) {
				const old = below(from - 200 > 0 ? registrations.length : 1);
				const enterprise = registrations[old]!.enterprise;
				if (members.includes(enterprise)) continue;
				const day = when();
				members.push(enterprise);
				dates.push(day);
				transfers.push({ enterprise, day, ties: [...pick(where), pick(buyers), ownPhone()] });
			}
		}
		return { shape, activity, enterprises: new Set(members), last: Math.max(...dates) };
	}
	return {
		arrivals: { registration: registrations, 'young-cancellation': cancellations, transfer: onePer(transfers) },
		planted, lastDay: days - 1
	};
}

/** An enterprise that was planted into after it had been sold honestly arrives once, with the later one. */
function onePer(arrivals: readonly Arrival[]): Arrival[] {
	return [...new Map(arrivals.map((arrival) => [arrival.enterprise, arrival])).values()];
}
