/** Where standards ask for what a rule demands: each standard once, with all that is cited of it. */

import type { Violation } from "@/api/governanceTypes";

type Cited = Pick<Violation, "standards">;

export function citations({ standards }: Cited): readonly (readonly [standard: string, cited: string])[] {
  const names = [...new Set(standards.map(({ standard }) => standard))];
  return names.map((name) => {
    const of = standards.filter(({ standard }) => standard === name);
    return [name, of.map(({ citation }) => citation).join("; ")] as const;
  });
}
