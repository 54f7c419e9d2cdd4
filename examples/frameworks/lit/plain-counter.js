class PlainCounter extends HTMLElement {
  count = 0;

  connectedCallback() {
    this.textContent = `Plain: ${this.count}`;
    this.onclick = () => {
      this.count += 1;
      this.connectedCallback();
    };
  }
}

customElements.define('plain-counter', PlainCounter);

import.meta.hot?.accept();
