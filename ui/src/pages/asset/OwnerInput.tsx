import { Button, Fieldset, Flex, IconButton, Input, Stack } from "@chakra-ui/react";
import { LuPlus, LuX } from "react-icons/lu";

import type { Owner } from "@/api/catalogTypes";
import { Choice } from "@/components/Choice";

const ROLES = [["technical", "Technical"], ["business", "Business"], ["steward", "Steward"]] as const;
const KINDS = [["user", "Person"], ["team", "Team"]] as const;

type Props = { readonly onOwners: (owners: readonly Owner[]) => void; readonly owners: readonly Owner[] };

/** Who answers for an asset, one a line. */
export function OwnerInput({ onOwners, owners }: Props) {
  const put = (at: number, change: Partial<Owner>) =>
    onOwners(owners.map((owner, index) => (index === at ? { ...owner, ...change } : owner)));
  return (
    <Fieldset.Root size="sm">
      <Fieldset.Legend fontSize="sm" fontWeight="medium">
        Owners
      </Fieldset.Legend>
      <Stack gap={2} mt={1}>
        {owners.map((owner, at) => (
          <Flex gap={2} key={at} wrap="wrap">
            <Choice label={`Kind of owner ${at + 1}`} onChange={(kind) => put(at, { kind })} options={KINDS} value={owner.kind} />
            <Input
              aria-label={`Name of owner ${at + 1}`}
              autoComplete="off"
              flex="1 1 120px"
              maxLength={100}
              onChange={(event) => put(at, { name: event.target.value })}
              placeholder="Name"
              size="sm"
              value={owner.name}
            />
            <Choice label={`Role of owner ${at + 1}`} onChange={(role) => put(at, { role })} options={ROLES} value={owner.role} />
            <IconButton
              aria-label={`Take owner ${at + 1} away`}
              onClick={() => onOwners(owners.filter((_, index) => index !== at))}
              size="sm"
              variant="ghost"
            >
              <LuX />
            </IconButton>
          </Flex>
        ))}
        <Button
          alignSelf="flex-start"
          onClick={() => onOwners([...owners, { kind: "user", name: "", role: "technical" }])}
          size="xs"
          variant="outline"
        >
          <LuPlus /> Add an owner
        </Button>
      </Stack>
    </Fieldset.Root>
  );
}
