/** Some component of every kind, for idle times. */
export const SAMPLE = `<script setup lang="ts">
import { computed, ref, watch } from 'vue';
import Child from './Child.vue';
const { first = 1, list = [] } = defineProps<{ first?: number; list?: string[] }>();
const emit = defineEmits<{ done: [value: number] }>();
const model = defineModel<string>();
const count = ref<number>(first as number);
const twice = computed(() => count.value * 2);
watch(() => first, (value: number) => { count.value = value; });
function more(): void { count.value++; emit('done', twice.value!); }
</script>
<template>
  <main :class="{ on: count > 1 }" @click="more">
    <h1 v-if="count">{{ count }} of {{ (twice as number) + 1 }}</h1>
    <p v-else>none</p>
    <ul><li v-for="(item, index) in list" :key="index">{{ item }}</li></ul>
    <Child v-model="model" :value="count"><template #head="{ text }">{{ text }}</template></Child>
    <input v-model.trim="model" /><slot name="end" :count />
  </main>
</template>
<style scoped>main { color: v-bind(model); }</style>
`;
