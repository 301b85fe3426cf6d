import type { Said } from "@/api/assets";
import type { Asset, Owner } from "@/api/catalogTypes";

type Wanted = { readonly domain: string; readonly owners: readonly Owner[]; readonly terms: readonly string[] };

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What is to be written: only what differs from what was there; an owner without a name is none yet. */
export function changed({ domain: was = null, owners: had = [], terms: meant = [] }: Asset, wanted: Wanted): Said {
  const owners = wanted.owners.map((owner) => ({ ...owner, name: owner.name.trim() })).filter(({ name }) => name !== "");
  const domain = wanted.domain === "" ? null : wanted.domain;
  return {
    ...(same(owners, had) ? {} : { owners }),
    ...(domain === was ? {} : { domain }),
    ...(same([...wanted.terms].sort(), [...meant].sort()) ? {} : { terms: wanted.terms }),
  };
}
