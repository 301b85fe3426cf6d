create table customer (id bigint primary key, name text not null, email text unique);
comment on table customer is 'Who buys';
comment on column customer.email is 'Where the receipt goes';
create table product (id bigint primary key, title text not null, price numeric(10, 2) not null);
create table purchase (
    id bigint primary key,
    customer_id bigint not null references customer (id),
    product_id bigint not null references product (id),
    bought_at timestamptz not null default now()
);
create view revenue as
select p.title, sum(p.price) as total
from purchase b join product p on p.id = b.product_id
group by p.title;
