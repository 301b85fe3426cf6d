import { Badge, Flex, IconButton, Table, Text } from "@chakra-ui/react";
import { useState } from "react";
import { LuPencil, LuTrash2 } from "react-icons/lu";

import { useDeleteWord, type Word } from "@/api/glossary";
import { useMay } from "@/app/permissions";
import { Ago } from "@/components/Ago";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { RouteLink } from "@/components/RouteLink";
import { sought } from "@/components/sought";
import type { Kind } from "@/pages/glossary/kinds";
import { foundBy } from "@/pages/glossary/synonyms";
import { WordDialog } from "@/pages/glossary/WordDialog";

type Props = { readonly kind: Kind; readonly word: Word };

function Deeds({ kind, word }: Props) {
  const may = useMay();
  const [open, setOpen] = useState<"delete" | "edit">();
  const deleting = useDeleteWord(kind.of, word);
  const close = () => setOpen(undefined);
  const stays = word.pending !== "delete";
  return (
    <Flex justify="flex-end">
      {stays && may(kind.edit) ? (
        <IconButton aria-label={`Edit ${word.name}`} onClick={() => setOpen("edit")} size="2xs" title="Edit" variant="ghost">
          <LuPencil />
        </IconButton>
      ) : null}
      {stays && may(kind.delete) ? (
        <IconButton aria-label={`Delete ${word.name}`} onClick={() => setOpen("delete")} size="2xs" title="Delete" variant="ghost">
          <LuTrash2 />
        </IconButton>
      ) : null}
      {open === "edit" ? <WordDialog kind={kind} onClose={close} word={word} /> : null}
      {open === "delete" ? (
        <ConfirmDialog
          deed={`Delete the ${kind.noun}`}
          error={deleting.error}
          onClose={close}
          onDo={() => deleting.mutate(undefined, { onSuccess: close })}
          pending={deleting.isPending}
          title={`Delete ${word.name}?`}
        >
          The assets that it is said of stay, without it. This cannot be taken back.
        </ConfirmDialog>
      ) : null}
    </Flex>
  );
}

/** What else is said of a word: other words for it and beside it, or who answers for it. */
function more({ owner, related = [], synonyms = [] }: Word): string {
  return [
    synonyms.length === 0 ? "" : `Also ${synonyms.join(", ")}`,
    related.length === 0 ? "" : `Related to ${related.join(", ")}`,
    owner ? `${owner.kind === "team" ? "Team" : "Owner"} ${owner.name}` : "",
  ].filter((each) => each !== "").join(". ");
}

/** A word, what it means, and the way to all that it is said of. */
export function WordRow({ kind, search, word }: Props & { readonly search: string }) {
  const { description, name, pending, updatedAt } = word;
  const synonym = foundBy(word, search);
  return (
    <Table.Row>
      <Table.Cell overflowWrap="anywhere">
        <RouteLink fontWeight="medium" to={sought(kind.sought, name)}>
          {name}
        </RouteLink>
        {pending === null ? null : (
          <Badge ms={2} title="It is said of very many assets, which are told one after another" variant="subtle">
            {pending === "delete" ? "is being deleted" : "is being renamed"}
          </Badge>
        )}
        {synonym === undefined ? null : (
          <Text fontSize="xs">
            Found by its synonym <strong>{synonym}</strong>
          </Text>
        )}
        <Text color="fg.muted" fontSize="xs">
          {more(word)}
        </Text>
        <Text fontSize="xs" hideFrom="md">
          {description}
        </Text>
      </Table.Cell>
      <Table.Cell hideBelow="md" maxW="480px" overflowWrap="anywhere">
        {description}
      </Table.Cell>
      <Table.Cell color="fg.muted" hideBelow="sm">
        <Ago moment={updatedAt} />
      </Table.Cell>
      <Table.Cell>
        <Deeds kind={kind} word={word} />
      </Table.Cell>
    </Table.Row>
  );
}
