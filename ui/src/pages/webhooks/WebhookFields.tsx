import { Checkbox, Fieldset, Stack, Text } from "@chakra-ui/react";

import { TextField } from "@/components/TextField";
import { chosenOf, KINDS, switched } from "@/pages/webhooks/events";

export type WebhookDraft = { readonly events: readonly string[]; readonly name: string; readonly url: string };

type Props = { readonly draft: WebhookDraft; readonly onDraft: (draft: WebhookDraft) => void };

export const isWhole = ({ name, url }: WebhookDraft): boolean => name.trim() !== "" && url.trim() !== "";

/** A webhook's name, where it sends and what. */
export function WebhookFields({ draft, onDraft }: Props) {
  const { events, name, url } = draft;
  return (
    <Stack gap={4}>
      <TextField autoComplete="off" label="Name" maxLength={100} name="name" onText={(text) => onDraft({ ...draft, name: text })} required value={name} />
      <TextField
        autoComplete="off"
        help="An https address that the platform may call; private networks are closed to webhooks"
        label="Address"
        name="url"
        onText={(text) => onDraft({ ...draft, url: text })}
        placeholder="https://hooks.example.com/crosswind"
        required
        type="url"
        value={url}
      />
      <Fieldset.Root size="sm">
        <Fieldset.Legend fontSize="sm" fontWeight="medium">
          What is sent
        </Fieldset.Legend>
        <Fieldset.HelperText>Without a choice, everything that you may read now.</Fieldset.HelperText>
        <Stack gap={2} mt={2}>
          {KINDS.map(([kind, text]) => {
            const checked = chosenOf(events, kind);
            return (
              <Checkbox.Root checked={checked} key={kind} onCheckedChange={() => onDraft({ ...draft, events: switched(events, kind) })} size="sm">
                <Checkbox.HiddenInput />
                <Checkbox.Control />
                <Checkbox.Label>
                  {text}
                  {checked === "indeterminate" ? (
                    <Text as="span" color="fg.muted">
                      {" "}
                      (some of them)
                    </Text>
                  ) : null}
                </Checkbox.Label>
              </Checkbox.Root>
            );
          })}
        </Stack>
      </Fieldset.Root>
    </Stack>
  );
}
