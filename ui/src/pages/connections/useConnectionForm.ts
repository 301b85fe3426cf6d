import { useState, type FormEvent } from "react";

import { check, fieldErrors, type Draft, type DraftErrors, type System } from "@/pages/connections/draft";

type Form = {
  readonly draft: Draft;
  readonly errors: DraftErrors;
  readonly onChange: (change: Partial<Draft>) => void;
  /** Whether the refusal stands beside a field, and needs no note of its own. */
  readonly placed: boolean;
  readonly reset: (draft: Draft) => void;
  readonly submit: (event: FormEvent, send: (onError: (error: Error) => void) => void) => void;
};

function focusFirst(form: string, errors: DraftErrors): void {
  const [name] = Object.keys(errors);
  if (name !== undefined) {
    document.querySelector<HTMLElement>(`#${form} [name="${name}"]`)?.focus();
  }
}

/** The state of a connection's form: what is typed, what is wrong with it, and what the server refused. */
export function useConnectionForm(id: string, system: System | undefined, initial: Draft, refusal: unknown): Form {
  const [draft, setDraft] = useState(initial);
  const [tried, setTried] = useState(false);
  const refused = fieldErrors(refusal);
  const errors = { ...refused, ...(tried ? check(system, draft) : {}) };
  const submit: Form["submit"] = (event, send) => {
    event.preventDefault();
    setTried(true);
    const found = check(system, draft);
    if (Object.keys(found).length > 0) {
      focusFirst(id, found);
      return;
    }
    send((error) => focusFirst(id, fieldErrors(error)));
  };
  return {
    draft,
    errors,
    onChange: (change) => setDraft((before) => ({ ...before, ...change })),
    placed: Object.keys(refused).length > 0,
    reset: setDraft,
    submit,
  };
}
