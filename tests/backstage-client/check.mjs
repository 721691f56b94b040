// Asks a server that serves the example organisation whatever Backstage's own client can ask, and holds the answers
// against what FACTS.md says. Run as `node check.mjs http://127.0.0.1:8080`; ends with 0 where all of it holds.
import assert from 'node:assert/strict';
import { CATALOG_FILTER_EXISTS, CatalogClient } from '@backstage/catalog-client';
import { getEntitySourceLocation } from '@backstage/catalog-model';

const server = process.argv[2];
const client = new CatalogClient({
  discoveryApi: { getBaseUrl: async plugin => `${server}/api/${plugin}` },
  fetchApi: { fetch },
});
const token = process.env.CATALOG_TOKEN;
const options = token ? { token } : undefined;

const ref = entity => `${entity.kind.toLowerCase()}:${entity.metadata.namespace}/${entity.metadata.name}`;
const names = entities => entities.map(entity => entity.metadata.name);
const sorted = values => [...values].sort();

// The targets of an entity's relations of one type, as pages of Backstage take them.
const getEntityRelations = (entity, type) =>
  (entity.relations ?? []).filter(relation => relation.type === type).map(relation => relation.targetRef);

// The error that a call ends in, as the client reads it.
async function failure(call) {
  try {
    await call();
  } catch (error) {
    return { status: error.statusCode, name: error.cause?.name, message: error.cause?.message, url: error.body?.request?.url };
  }
  assert.fail('the call ended well');
}

const checks = {
  async 'getEntities lists everything, by ref'() {
    const { items } = await client.getEntities({}, options);
    assert.equal(items.length, 104);
    assert.deepEqual(items.map(ref), sorted(items.map(ref)));
    const { items: none } = await client.getEntities({ filter: { kind: 'nothing' } }, options);
    assert.deepEqual(none, []);
  },

  async 'getEntities filters: and, or, several values, presence, any case'() {
    const count = async filter => (await client.getEntities({ filter }, options)).items.length;
    assert.equal(await count({ kind: 'component' }), 28);
    assert.equal(await count({ kind: 'COMPONENT', 'spec.type': 'Service' }), 15);
    assert.equal(await count({ kind: ['api', 'system'] }), 15);
    assert.equal(await count([{ kind: 'api' }, { kind: 'domain' }]), 12);
    assert.equal(await count({ kind: 'component', 'spec.tier': CATALOG_FILTER_EXISTS }), 26);
    assert.equal(await count({ kind: 'component', 'metadata.namespace': 'freight' }), 2);
    assert.equal(await count({ 'metadata.tags.pci': CATALOG_FILTER_EXISTS }), 1);
    assert.equal(await count({ 'metadata.tags': 'pii' }), await count({ 'metadata.tags.PII': 'true' }));
    assert.equal(await count({ 'metadata.annotations.pagerduty.com/service-id': 'PPAYM02' }), 1);
    assert.equal(await count({ 'relations.dependsOn': 'resource:default/ledger-db' }), 2);
    assert.equal(await count({ kind: 'resource', 'spec.type': 'repository' }), 10);
  },

  async 'getEntities orders, and goes on where a page ended'() {
    const request = { filter: { kind: 'component' }, order: { field: 'metadata.name', order: 'desc' } };
    const { items } = await client.getEntities(request, options);
    assert.deepEqual(names(items), sorted(names(items)).reverse());
    const order = [{ field: 'spec.type', order: 'asc' }, { field: 'metadata.name', order: 'desc' }];
    const { items: both } = await client.getEntities({ filter: { kind: 'component' }, order }, options);
    const key = entity => entity.spec.type;
    for (let i = 1; i < both.length; i += 1) {
      const [a, b] = [both[i - 1], both[i]];
      assert.ok(key(a) < key(b) || (key(a) === key(b) && a.metadata.name > b.metadata.name), `${ref(a)} ${ref(b)}`);
    }
    const { items: part } = await client.getEntities({ ...request, offset: 3, limit: 4 }, options);
    assert.deepEqual(names(part), names(items).slice(3, 7));
    // The client does not follow the header `link`, but it takes what `after` was in it.
    let address = `${server}/api/catalog/entities?filter=kind%3Dcomponent&order=desc%3Ametadata.name&limit=10`;
    const followed = [];
    while (address) {
      const response = await fetch(address, { headers: token ? { Authorization: `Bearer ${token}` } : {} });
      followed.push(...(await response.json()));
      const link = /^<([^>]*)>; rel="next"$/.exec(response.headers.get('link') ?? '');
      address = link && `${server}${link[1]}`;
      if (link) {
        const after = new URL(address).searchParams.get('after');
        const { items: next } = await client.getEntities({ ...request, after }, options);
        assert.deepEqual(names(next), names(items).slice(followed.length, followed.length + 10));
      }
    }
    assert.deepEqual(names(followed), names(items));
  },

  async 'getEntities shows only the fields that are asked for'() {
    const fields = ['kind', 'metadata.name', 'metadata.annotations.pagerduty.com/service-id', 'spec.nothing'];
    const { items } = await client.getEntities({ filter: { 'metadata.name': 'payment-service' }, fields }, options);
    assert.deepEqual(items, [
      { kind: 'Component', metadata: { name: 'payment-service', annotations: { 'pagerduty.com/service-id': 'PPAYM02' } } },
    ]);
  },

  async 'an entity has the shape of Backstage'() {
    const entity = await client.getEntityByRef('component:default/payment-service', options);
    const { uid, etag, annotations, ...metadata } = entity.metadata;
    assert.match(uid, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.match(etag, /^[0-9a-f]{40}$/);
    assert.equal(annotations['pagerduty.com/service-id'], 'PPAYM02');
    assert.match(annotations['backstage.io/managed-by-location'], /^repository:.*aldersound\/payments:catalog-info.yaml$/);
    assert.match(annotations['backstage.io/managed-by-origin-location'], /^repository:.*aldersound\/payments$/);
    assert.deepEqual(metadata, {
      name: 'payment-service',
      namespace: 'default',
      title: 'Payment Service',
      description: 'Charges cards and books every cent in the ledger',
      tags: ['rust', 'pci'],
      links: [
        { url: 'https://runbooks.example.com/payments', title: 'Runbook', type: 'runbook' },
        { url: 'https://dashboards.example.com/payments', title: 'Charges a minute', type: 'dashboard' },
      ],
    });
    assert.deepEqual(entity.spec, {
      type: 'service',
      lifecycle: 'production',
      owner: 'group:default/payments',
      system: 'system:default/payments',
      providesApis: ['api:default/payments-api'],
      dependsOn: ['resource:default/cardhaven', 'resource:default/ledger-db', 'resource:default/paywharf'],
      deployedTo: ['resource:default/region-north', 'resource:default/region-south'],
      tier: 0,
      slo: { availability: '99.95' },
    });
    assert.equal(entity.apiVersion, 'backstage.io/v1alpha1');
    assert.deepEqual(getEntityRelations(entity, 'ownedBy'), ['group:default/payments']);
    assert.deepEqual(getEntityRelations(entity, 'providesApi'), ['api:default/payments-api']);
    const keys = entity.relations.map(relation => `${relation.type} ${relation.targetRef}`);
    assert.deepEqual(keys, sorted(keys));
    assert.equal(getEntitySourceLocation(entity).type, 'repository');
  },

  async 'owners that only CODEOWNERS names are relations, too'() {
    const repository = await client.getEntityByRef('resource:repository/aldersound/harbour-signage', options);
    assert.deepEqual(getEntityRelations(repository, 'ownedBy'), ['group:default/harbour']);
    const harbour = await client.getEntityByRef('group:default/harbour', options);
    assert.ok(getEntityRelations(harbour, 'ownerOf').includes('resource:repository/aldersound/harbour-signage'));
  },

  async 'groups and people have what clients rest on'() {
    const group = await client.getEntityByName({ kind: 'Group', namespace: 'default', name: 'passenger' }, options);
    assert.deepEqual(group.spec.children, ['accounts', 'booking', 'digital', 'payments'].map(name => `group:default/${name}`));
    assert.equal(group.spec.parent, 'group:default/aldersound');
    const user = await client.getEntityByRef({ kind: 'user', namespace: 'default', name: 'marit.solberg' }, options);
    assert.deepEqual(user.spec.memberOf, getEntityRelations(user, 'memberOf'));
    const { items } = await client.getEntities({ filter: { kind: 'user', 'relations.memberOf': user.spec.memberOf[0] } }, options);
    assert.ok(items.map(ref).includes('user:default/marit.solberg'));
  },

  async 'what nothing declares is pointed at and not there'() {
    const tracker = await client.getEntityByRef('component:freight/parcel-tracker', options);
    assert.ok(getEntityRelations(tracker, 'dependsOn').includes('component:freight/customs-bridge'));
    assert.equal(await client.getEntityByRef('component:freight/customs-bridge', options), undefined);
    assert.equal(await client.getEntityByRef('component:default/nothing', options), undefined);
  },

  async 'what Backstage would refuse is told as a status'() {
    const tide = await client.getEntityByRef('component:default/tide-tables', options);
    const [item] = tide.status.items;
    assert.deepEqual([item.type, item.level], ['backstage.io/catalog-processing', 'error']);
    assert.ok(item.error.message.includes('spec.owner'), item.error.message);
  },

  async 'getEntitiesByRefs keeps the order, and says what is not there'() {
    const entityRefs = ['component:default/nothing', 'api:default/payments-api', 'Component:default/Payment-Service', 'no ref'];
    const { items } = await client.getEntitiesByRefs({ entityRefs, fields: ['kind', 'metadata.name'] }, options);
    assert.deepEqual(items, [
      undefined,
      { kind: 'API', metadata: { name: 'payments-api' } },
      { kind: 'Component', metadata: { name: 'payment-service' } },
      undefined,
    ]);
    const filtered = await client.getEntitiesByRefs({ entityRefs, filter: { kind: 'api' } }, options);
    assert.deepEqual(filtered.items.map(item => item && ref(item)), [undefined, 'api:default/payments-api', undefined, undefined]);
    const asked = await client.getEntitiesByRefs({ entityRefs, query: { 'spec.type': { $in: ['openapi'] } } }, options);
    assert.deepEqual(asked.items.map(item => item && ref(item)), [undefined, 'api:default/payments-api', undefined, undefined]);
    const many = Array.from({ length: 2_500 }, () => 'api:default/payments-api');
    const { items: all } = await client.getEntitiesByRefs({ entityRefs: many, fields: ['kind'] }, options);
    assert.equal(all.length, 2_500);
    assert.deepEqual(await client.getEntitiesByRefs({ entityRefs: [] }, options), { items: [] });
  },

  async 'queryEntities pages forth and back'() {
    const request = {
      filter: { kind: 'component' },
      orderFields: { field: 'metadata.name', order: 'asc' },
      fields: ['metadata.name'],
      limit: 10,
    };
    const first = await client.queryEntities(request, options);
    assert.equal(first.totalItems, 28);
    assert.equal(first.pageInfo.prevCursor, undefined);
    const next = cursor => client.queryEntities({ cursor, fields: request.fields, limit: 10 }, options);
    const second = await next(first.pageInfo.nextCursor);
    const third = await next(second.pageInfo.nextCursor);
    assert.equal(third.pageInfo.nextCursor, undefined);
    assert.equal(third.totalItems, 28);
    const all = [first, second, third].flatMap(page => names(page.items));
    assert.equal(all.length, 28);
    assert.deepEqual(all, sorted(all));
    assert.deepEqual((await next(third.pageInfo.prevCursor)).items, second.items);
    const back = await next(second.pageInfo.prevCursor);
    assert.deepEqual([back.items, back.pageInfo.prevCursor], [first.items, undefined]);
    assert.deepEqual((await next(back.pageInfo.nextCursor)).items, second.items);
  },

  async 'queryEntities pages without a filter, from an offset, and counts alone'() {
    const first = await client.queryEntities({ limit: 100, fields: ['metadata.name'] }, options);
    assert.equal(first.totalItems, 104);
    const last = await client.queryEntities({ cursor: first.pageInfo.nextCursor, limit: 100 }, options);
    assert.equal(last.items.length, 4);
    const offset = await client.queryEntities({ offset: 98, limit: 2 }, options);
    assert.deepEqual(names(offset.items), names(first.items).slice(98));
    const count = await client.queryEntities({ filter: { kind: 'api' }, limit: 0 }, options);
    assert.deepEqual(count, { items: [], totalItems: 8, pageInfo: {} });
    const without = await client.queryEntities({ filter: { kind: 'api' }, limit: 3, totalItems: 'exclude' }, options);
    assert.deepEqual([without.items.length, without.totalItems], [3, 0]);
  },

  async 'queryEntities searches text'() {
    const found = async (fullTextFilter, more) =>
      sorted(names((await client.queryEntities({ fullTextFilter, ...more }, options)).items));
    assert.deepEqual(await found({ term: ' LEDGER ', fields: ['metadata.name'] }), ['ledger-db', 'ledger-export']);
    const described = await found({ term: 'ledger', fields: ['metadata.name', 'metadata.description'] });
    assert.ok(described.includes('payment-service'), described.join(' '));
    assert.deepEqual(await found({ term: 'ledger' }, { filter: { kind: 'resource' } }), ['ledger-db']);
    assert.deepEqual(await found({ term: 'payment serv' }, { orderFields: { field: 'metadata.title', order: 'asc' } }), ['payment-service']);
    assert.deepEqual(await found({ term: '%' }), []);
    const pages = [];
    let page = await client.queryEntities({ fullTextFilter: { term: 'service' }, limit: 4 }, options);
    for (;;) {
      pages.push(...names(page.items));
      if (!page.pageInfo.nextCursor) break;
      page = await client.queryEntities({ cursor: page.pageInfo.nextCursor, limit: 4 }, options);
    }
    assert.deepEqual(sorted(pages), await found({ term: 'service' }));
  },

  async 'queryEntities takes predicates'() {
    const found = async query => (await client.queryEntities({ query, fields: ['kind', 'metadata'] }, options)).items.map(ref);
    assert.equal((await found({ kind: 'Component' })).length, 28);
    assert.deepEqual(await found({ $all: [{ kind: 'resource' }, { 'metadata.name': { $hasPrefix: 'LEDGER' } }] }), [
      'resource:default/ledger-db',
    ]);
    assert.deepEqual(await found({ relations: { $contains: { type: 'dependsOn', targetRef: 'resource:default/ledger-db' } } }), [
      'component:default/ledger-export',
      'component:default/payment-service',
    ]);
    const unowned = await found({ kind: { $in: ['component'] }, 'relations.ownedBy': { $exists: false } });
    assert.deepEqual(unowned, ['component:default/tide-tables']);
    assert.equal((await found({ $any: [{ kind: 'api' }, { $not: { kind: { $in: ['component', 'resource', 'user', 'group'] } } }] })).length, 20);
    assert.equal((await found({ 'metadata.tags': { $contains: 'pci' } })).length, 1);
    const first = await client.queryEntities({ query: { kind: 'api' }, filter: { 'spec.type': 'openapi' }, limit: 2 }, options);
    const second = await client.queryEntities({ cursor: first.pageInfo.nextCursor, limit: 100 }, options);
    assert.equal(first.totalItems, second.items.length + 2);
  },

  async 'streamEntities gives every page'() {
    const pages = [];
    for await (const page of client.streamEntities({ pageSize: 30, orderFields: { field: 'metadata.name', order: 'desc' } }, options)) {
      pages.push(page.length);
    }
    assert.deepEqual(pages, [30, 30, 30, 14]);
  },

  async 'getEntityFacets counts'() {
    const { facets } = await client.getEntityFacets({ facets: ['kind', 'spec.type', 'nothing'] }, options);
    assert.deepEqual(Object.fromEntries(facets.kind.map(({ value, count }) => [value, count])), {
      API: 8, Component: 28, Domain: 4, Group: 15, Location: 1, Resource: 24, System: 7, User: 17,
    });
    assert.deepEqual(facets.nothing, []);
    const some = await client.getEntityFacets({ facets: ['spec.lifecycle', 'relations.ownedBy'], filter: { kind: 'api' } }, options);
    assert.equal(some.facets['spec.lifecycle'].reduce((sum, { count }) => sum + count, 0), 8);
    assert.ok(some.facets['relations.ownedBy'].every(({ value }) => value.startsWith('group:default/')));
    const asked = await client.getEntityFacets({ facets: ['kind'], query: { 'spec.type': 'repository' } }, options);
    assert.deepEqual(asked, { facets: { kind: [{ value: 'Resource', count: 10 }] } });
  },

  async 'getEntityAncestors leads to the repository'() {
    const entityRef = 'component:default/payment-service';
    const { rootEntityRef, items } = await client.getEntityAncestors({ entityRef }, options);
    assert.equal(rootEntityRef, entityRef);
    assert.deepEqual(items.map(item => [ref(item.entity), item.parentEntityRefs]), [
      [entityRef, ['resource:repository/aldersound/payments']],
      ['resource:repository/aldersound/payments', []],
    ]);
    const missing = await failure(() => client.getEntityAncestors({ entityRef: 'component:default/nothing' }, options));
    assert.deepEqual([missing.status, missing.name], [404, 'NotFoundError']);
  },

  async 'locations are the repositories'() {
    const { items } = await client.getLocations({}, options);
    assert.equal(items.length, 10);
    const payments = items.find(item => item.target.endsWith('aldersound/payments'));
    assert.equal(payments.entityRef, 'resource:repository/aldersound/payments');
    assert.deepEqual(await client.getLocationById(payments.id, options), payments);
    assert.equal(await client.getLocationById('nothing', options), undefined);
    assert.deepEqual(await client.getLocationByRef(`${payments.type}:${payments.target}`, options), payments);
    assert.deepEqual(await client.getLocationByEntity('component:default/payment-service', options), payments);
    assert.equal(await client.getLocationByEntity('component:default/nothing', options), undefined);
    const query = { type: 'repository', target: { $hasPrefix: 'ALDERSOUND/p' } };
    const queried = await client.queryLocations({ query, limit: 2 }, options);
    assert.equal(queried.totalItems, 4);
    const rest = await client.queryLocations({ cursor: queried.pageInfo.nextCursor }, options);
    assert.equal(rest.pageInfo.nextCursor, undefined);
    assert.equal(new Set([...queried.items, ...rest.items].map(item => item.id)).size, 4);
    let streamed = 0;
    for await (const page of client.streamLocations({ limit: 3 }, options)) streamed += page.length;
    assert.equal(streamed, 10);
  },

  async 'an entity is found by its uid'() {
    const entity = await client.getEntityByRef('api:default/payments-api', options);
    const { items } = await client.getEntities({ filter: { 'metadata.uid': entity.metadata.uid } }, options);
    assert.deepEqual(items, [entity]);
    const response = await fetch(`${server}/api/catalog/entities/by-uid/${entity.metadata.uid}`, {
      headers: token ? { Authorization: `Bearer ${token}` } : {},
    });
    assert.deepEqual(await response.json(), entity);
  },

  async 'nothing can be written'() {
    const calls = [
      () => client.addLocation({ target: 'https://example.com/catalog-info.yaml' }, options),
      () => client.updateLocation('some', { target: 'https://example.com/catalog-info.yaml' }, options),
      () => client.removeLocationById('some', options),
      () => client.removeEntityByUid('some', options),
      () => client.refreshEntity('component:default/payment-service', options),
    ];
    for (const call of calls) {
      const { status, name, message } = await failure(call);
      assert.deepEqual([status, name], [403, 'NotAllowedError']);
      assert.match(message, /git/);
    }
    for (const call of [() => client.validateEntity({}, 'url:https://example.com', options), () => client.analyzeLocation({}, options)]) {
      assert.deepEqual((await failure(call)).status, 501);
    }
  },

  async 'what means nothing is refused as Backstage refuses it'() {
    const calls = [
      () => client.queryEntities({ cursor: 'nonsense' }, options),
      () => client.queryEntities({ query: { $all: [{ kind: 'api' }], kind: 'api' } }, options),
      () => client.queryEntities({ query: { kind: { $like: 'a' } } }, options),
      () => client.getEntities({ fields: ['metadata.tags[0]'] }, options),
      () => client.getEntities({ limit: 0 }, options),
      () => client.getEntityFacets({ facets: [] }, options),
    ];
    for (const call of calls) {
      const error = await failure(call);
      assert.deepEqual([error.status, error.name], [400, 'InputError'], String(call));
      assert.ok(error.url.startsWith('/api/catalog/'), error.url);
    }
  },
};

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}\n${error.stack}`);
  }
}
console.log(`${Object.keys(checks).length - failed} of ${Object.keys(checks).length} checks hold`);
process.exit(failed ? 1 : 0);
