/** The three kinds of words: how they are called, found in the catalog, and what one needs to change them. */

import type { Words } from "@/api/glossary";
import type { Deed } from "@/app/permissions";

export type Kind = {
  readonly create: Deed;
  readonly delete: Deed;
  readonly edit: Deed;
  readonly empty: string;
  readonly label: string;
  readonly noun: string;
  readonly of: Words;
  readonly read: Deed;
  /** The filter of the search that finds what has it. */
  readonly sought: string;
};

export const TERMS: Kind = {
  create: "createTerm",
  delete: "deleteTerm",
  edit: "editTerm",
  empty: "Terms are the words of the business, such as Churn: what they mean, and which assets and columns are about them.",
  label: "Terms",
  noun: "term",
  of: "terms",
  read: "readTerms",
  sought: "term",
};

export const KINDS: readonly Kind[] = [
  TERMS,
  {
    create: "createDomain",
    delete: "deleteDomain",
    edit: "editDomain",
    empty: "Domains are the parts of the business, such as Sales. An asset is in one of them.",
    label: "Domains",
    noun: "domain",
    of: "domains",
    read: "readDomains",
    sought: "domain",
  },
  {
    create: "createProduct",
    delete: "deleteProduct",
    edit: "editProduct",
    empty: "Data products are assets that are given out together, such as Customer 360.",
    label: "Data products",
    noun: "data product",
    of: "data-products",
    read: "readProducts",
    sought: "product",
  },
];
