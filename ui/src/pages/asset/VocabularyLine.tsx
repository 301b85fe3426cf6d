import { Button, Flex, IconButton, Text } from "@chakra-ui/react";
import { useState } from "react";
import { LuBookA, LuLandmark, LuPackage, LuPencil, LuUser, LuUsers } from "react-icons/lu";

import { useVocabulary } from "@/api/assets";
import type { Asset, Owner } from "@/api/catalogTypes";
import { useMay } from "@/app/permissions";
import { RouteLink } from "@/components/RouteLink";
import { sought } from "@/components/sought";
import { VocabularyDialog } from "@/pages/asset/VocabularyDialog";

function OwnerName({ owner: { kind, name, role } }: { readonly owner: Owner }) {
  return (
    <Flex align="center" as="span" gap={1} title={`${role === "steward" ? "Steward" : `${role} owner`}`}>
      {kind === "team" ? <LuUsers aria-label="Team" /> : <LuUser aria-label="Owner" />}
      <RouteLink to={sought("owner", name)}>{name}</RouteLink>
      <Text as="span" color="fg.muted" fontSize="xs">
        {role}
      </Text>
    </Flex>
  );
}

/** Who answers for an asset, its domain, terms and data products, and the way to change them. */
export function VocabularyLine({ asset }: { readonly asset: Asset }) {
  const may = useMay()("describe");
  const [open, setOpen] = useState(false);
  const { data } = useVocabulary(asset.id);
  const { domain, id, owners = [], terms = [] } = asset;
  const products = data?.products ?? [];
  const none = owners.length === 0 && !domain && terms.length === 0 && products.length === 0;
  if (none && !may) {
    return null;
  }
  return (
    <Flex align="center" columnGap={4} fontSize="sm" mt={2} rowGap={1} wrap="wrap">
      {owners.map((owner) => (
        <OwnerName key={`${owner.kind} ${owner.name} ${owner.role}`} owner={owner} />
      ))}
      {domain ? (
        <Flex align="center" as="span" gap={1} title="Domain">
          <LuLandmark aria-label="Domain" />
          <RouteLink to={sought("domain", domain)}>{domain}</RouteLink>
        </Flex>
      ) : null}
      {terms.map((term) => (
        <Flex align="center" as="span" gap={1} key={term} title="Glossary term">
          <LuBookA aria-label="Term" />
          <RouteLink to={sought("term", term)}>{term}</RouteLink>
        </Flex>
      ))}
      {products.map((product) => (
        <Flex align="center" as="span" gap={1} key={product} title="Data product">
          <LuPackage aria-label="Data product" />
          <RouteLink to={sought("product", product)}>{product}</RouteLink>
        </Flex>
      ))}
      {!may ? null : none ? (
        <Button onClick={() => setOpen(true)} size="2xs" variant="outline">
          <LuUser /> Owners, domain and terms
        </Button>
      ) : (
        <IconButton
          aria-label="Edit owners, domain and terms"
          onClick={() => setOpen(true)}
          size="2xs"
          title="Edit owners, domain and terms"
          variant="ghost"
        >
          <LuPencil />
        </IconButton>
      )}
      {open ? <VocabularyDialog asset={asset} key={id} onClose={() => setOpen(false)} /> : null}
    </Flex>
  );
}
