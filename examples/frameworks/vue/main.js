import { createApp } from 'vue';
import { Counter } from './counter.js';

createApp(Counter, { step: 1 }).mount('main');
