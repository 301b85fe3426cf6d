/** What the editor begins with: the design's own way to ask for an asset with its lineage. */
export const EXAMPLE = `# Ask the metastore. Ctrl-Enter runs the query, Ctrl-Space completes it,
# and the book on the left holds the whole schema.

query LatestTables {
  assets(filter: { type: TABLE }, pagination: { limit: 5 }) {
    totalCount
    nodes {
      id
      name
      qualifiedName
      tags {
        name
      }
      lineage(depth: 2) {
        upstream {
          asset {
            name
          }
          relationship {
            type
          }
        }
      }
    }
  }
}
`;
