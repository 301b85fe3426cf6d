/** Where standards ask for what a rule demands: each standard once, with all that is cited of it. */

import type { Violation } from "@/api/governanceTypes";
import { words } from "@/components/format";

type Cited = Pick<Violation, "standards">;

export function citations({ standards }: Cited): readonly (readonly [standard: string, cited: string])[] {
  const names = [...new Set(standards.map(({ standard }) => standard))];
  return names.map((name) => {
    const of = standards.filter(({ standard }) => standard === name);
    return [name, of.map(({ citation }) => citation).join("; ")] as const;
  });
}

/** The evidence's fact without the kind of thing that it is a fact of: `asset.publicAccess` is `Public access`. */
export const factName = (fact: string): string => words(fact.slice(fact.lastIndexOf(".") + 1));
