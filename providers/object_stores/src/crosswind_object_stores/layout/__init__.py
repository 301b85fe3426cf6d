"""From the keys of a bucket to the datasets they make; knows no store and reads no object."""
