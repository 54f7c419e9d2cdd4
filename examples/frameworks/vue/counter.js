import { ref } from 'vue';
import { refreshable } from './refresh.js';

export const Counter = refreshable(import.meta.hot, 'Counter', {
  props: { step: Number },
  setup({ step }) {
    const count = ref(0);
    const add = () => {
      count.value += step;
    };
    return { count, add };
  },
  template: '<button @click="add">Count: {{ count }}</button>',
});

import.meta.hot?.accept();
