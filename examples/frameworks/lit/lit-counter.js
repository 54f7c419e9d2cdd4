import { css, html, LitElement } from 'lit';

class LitCounter extends LitElement {
  static properties = { count: { type: Number } };
  static styles = css`button { color: rgb(1, 2, 3) }`;

  constructor() {
    super();
    this.count = 0;
  }

  render() {
    return html`<button @click=${() => this.count++}>Lit: ${this.count}</button>`;
  }
}

customElements.define('lit-counter', LitCounter);

import.meta.hot?.accept();
