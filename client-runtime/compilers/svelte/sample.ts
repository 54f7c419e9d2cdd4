/** Some component of every kind, for idle times. */
export const SAMPLE = `<script lang="ts">
  import Child from './Child.svelte';
  let { first = 1, list = [], ...rest }: { first?: number; list?: string[] } = $props();
  let count: number = $state(0);
  const twice = $derived(count * 2);
  $effect(() => { console.log(count as number); });
  function more(): void { count += first; }
</script>
<svelte:head><title>{count}</title></svelte:head>
{#snippet line(text: string)}<li class="line">{text}</li>{/snippet}
<main class:on={count > 1} {...rest}>
  <button onclick={more}>{count} of {twice}</button>
  {#if count}<p>{count}</p>{:else}none{/if}
  <ul>{#each list as item, index (item)}{@render line(item + index)}{/each}</ul>
  {#await Promise.resolve(1)}wait{:then value}{value}{/await}
  <input bind:value={count} /><Child {count}>text</Child>
</main>
<style>main { color: red } .line { margin: 0; &:hover { color: blue } }</style>
`;
