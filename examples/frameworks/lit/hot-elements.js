// Custom elements that can be defined again: those in the page get the new class and render anew,
// with the properties they have. Import this before anything defines an element.

const define = customElements.define;
const get = customElements.get;
const elements = new Map();
const bases = new Map();
const callbacks = [
  'connectedCallback',
  'disconnectedCallback',
  'connectedMoveCallback',
  'adoptedCallback',
  'attributeChangedCallback',
  'formAssociatedCallback',
  'formResetCallback',
  'formDisabledCallback',
  'formStateRestoreCallback',
];

customElements.define = function (name, latest, options) {
  const element = elements.get(name);
  if (element) {
    redefine(element, latest);
  } else if (get.call(this, name) || bases.get(latest)) {
    define.call(this, name, latest, options); // which says what is wrong
  } else {
    const made = { name, latest, stand: null, observed: [...(latest.observedAttributes ?? [])] };
    made.stand = standIn(made);
    root(latest);
    elements.set(name, made);
    define.call(this, name, made.stand, options);
  }
};

customElements.get = function (name) {
  return elements.get(name)?.latest ?? get.call(this, name);
};

const { whenDefined } = customElements;
customElements.whenDefined = function (name) {
  return whenDefined.call(this, name).then(() => this.get(name));
};

/** What the browser knows as the element's class: it passes everything on to the latest. */
function standIn(element) {
  const stand = function () {
    return Reflect.construct(element.latest, [], new.target);
  };
  stand.observedAttributes = element.observed;
  stand.disabledFeatures = element.latest.disabledFeatures ?? [];
  Object.defineProperty(stand, 'formAssociated', {
    get() {
      // The last that is read before elements in the page are upgraded (HTML, 4.13.4): from here on
      // the prototype is that of the class, and not the one with our callbacks.
      stand.prototype = element.latest.prototype;
      return element.latest.formAssociated ?? false;
    },
  });
  for (const callback of callbacks) {
    stand.prototype[callback] = function (...given) {
      return this[callback]?.(...given);
    };
  }
  return stand;
}

/** Let `new Element()` be allowed, though the browser knows its stand-in only. */
function root(latest) {
  let top = latest;
  let native = Object.getPrototypeOf(top);
  while (!/\[native code\]/.test(Function.prototype.toString.call(native))) {
    if (bases.get(native)) return;
    top = native;
    native = Object.getPrototypeOf(top);
  }
  const base = function () {
    const known = [...elements.values()].find((element) => isNow(element, new.target));
    return Reflect.construct(native, [], known?.stand ?? new.target);
  };
  base.prototype = native.prototype;
  Object.setPrototypeOf(base, native);
  Object.setPrototypeOf(top, base);
  bases.set(base, native);
}

function isNow(element, target) {
  return element.latest === target || element.before?.has(target);
}

function redefine(element, latest) {
  const observed = [...(latest.observedAttributes ?? [])];
  const news = observed.filter((attribute) => !element.observed.includes(attribute));
  const hidden = /(?<![\w$'"`#])#[A-Za-z_$]/;
  if (news.length > 0) {
    reload(`<${element.name}> observes ${news} from now on`);
  } else if (hidden.test(String(latest)) || hidden.test(String(element.latest))) {
    reload(`<${element.name}> has private members, which its instances can't be given`);
  }
  root(latest);
  element.before = (element.before ?? new Set()).add(element.latest);
  element.latest = latest;
  element.stand.prototype = latest.prototype;
  for (const instance of instances(document, element.name)) {
    Object.setPrototypeOf(instance, latest.prototype);
    refresh(instance, latest);
  }
}

function reload(reason) {
  console.info(`reload: ${reason}`);
  location.reload();
}

function refresh(instance, latest) {
  if (typeof instance.requestUpdate === 'function') {
    latest.finalize?.();
    const styles = latest.elementStyles;
    if (styles && instance.renderRoot instanceof ShadowRoot) {
      instance.renderRoot.adoptedStyleSheets = styles.map((style) => style.styleSheet ?? style);
    }
    instance.requestUpdate();
  } else {
    instance.connectedCallback?.();
  }
}

function* instances(parent, name) {
  for (const element of parent.querySelectorAll('*')) {
    if (element.localName === name) yield element;
    if (element.shadowRoot) yield* instances(element.shadowRoot, name);
  }
}
