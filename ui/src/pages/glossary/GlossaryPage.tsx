import { Box, Button, Tabs } from "@chakra-ui/react";
import { useState } from "react";
import { LuBookA, LuPlus } from "react-icons/lu";

import { useGlossary } from "@/api/glossary";
import { useMay } from "@/app/permissions";
import { Empty } from "@/components/Empty";
import { FilterBar } from "@/components/FilterBar";
import { Listing } from "@/components/Listing";
import { PageHead } from "@/components/PageHead";
import { SearchBox } from "@/components/SearchBox";
import { TableFrame, type Head } from "@/components/TableFrame";
import { useFilters } from "@/components/useFilters";
import { useParams } from "@/components/useParams";
import { KINDS, TERMS, type Kind } from "@/pages/glossary/kinds";
import { WordDialog } from "@/pages/glossary/WordDialog";
import { WordRow } from "@/pages/glossary/WordRow";

const HEADS: readonly Head[] = [
  { label: "Name" },
  { hideBelow: "md", label: "Description" },
  { hideBelow: "sm", label: "Last changed" },
  { label: "Actions", quiet: true, width: "80px" },
];

function WordList({ kind }: { readonly kind: Kind }) {
  const { page, set, setPage, values } = useFilters(["search"]);
  const answer = useGlossary(kind.of, values.search, page);
  return (
    <>
      <FilterBar>
        <Box width="260px">
          <SearchBox label={kind === TERMS ? "Find a term or synonym" : `Find a ${kind.noun}`} onChange={(words) => set("search", words)} value={values.search} />
        </Box>
      </FilterBar>
      <Listing
        answer={answer}
        empty={<Empty icon={<LuBookA />} text={kind.empty} title={`No ${kind.noun} yet`} />}
        filtered={values.search !== ""}
        noun={kind.noun}
        onClear={() => set("search", "")}
        onPage={setPage}
        page={page}
      >
        {(words, loading) => (
          <TableFrame caption={kind.label} heads={HEADS} loading={loading}>
            {words.map((word) => (
              <WordRow key={word.id} kind={kind} search={values.search} word={word} />
            ))}
          </TableFrame>
        )}
      </Listing>
    </>
  );
}

/** The words of the business: terms, domains and data products. */
export default function GlossaryPage() {
  const may = useMay();
  const [open, setOpen] = useState(false);
  const [param, setParams] = useParams();
  const kinds = KINDS.filter(({ read }) => may(read));
  const kind = kinds.find(({ of }) => of === param("of")) ?? kinds[0] ?? TERMS;
  const create = (
    <Button onClick={() => setOpen(true)}>
      <LuPlus /> Create a {kind.noun}
    </Button>
  );
  return (
    <>
      <PageHead actions={may(kind.create) ? create : undefined} title="Glossary" />
      <Tabs.Root
        activationMode="manual"
        colorPalette="brand"
        lazyMount
        onValueChange={({ value }) => setParams({ of: value === TERMS.of ? "" : value, page: "", search: "" })}
        size="sm"
        unmountOnExit
        value={kind.of}
      >
        <Tabs.List>
          {kinds.map(({ label, of }) => (
            <Tabs.Trigger key={of} value={of}>
              {label}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        {kinds.map((each) => (
          <Tabs.Content key={each.of} value={each.of}>
            <WordList kind={each} />
          </Tabs.Content>
        ))}
      </Tabs.Root>
      {open ? <WordDialog kind={kind} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
