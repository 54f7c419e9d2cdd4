import { useState } from 'preact/hooks';
import { refreshable } from '@/hot/refresh';
import { initial, type Player } from '@/players';

interface Props {
  title: string;
  players: readonly Player[];
}

export const Board = refreshable(import.meta.hot, 'Board', ({ title, players }: Props) => {
  const [points, setPoints] = useState<number[]>(players.map(() => 0));
  const [note, setNote] = useState('');
  const score = (index: number) => setPoints(points.map((p, i) => (i === index ? p + 1 : p)));
  return (
    <>
      <h1>{title}</h1>
      {players.map((player, index) => (
        <button key={player.name} onClick={() => score(index)}>
          {initial(player)} {points[index]}
        </button>
      ))}
      <input value={note} onInput={(event) => setNote(event.currentTarget.value)} />
      <p>{note.length} letters, and they don't go away.</p>
    </>
  );
});

import.meta.hot?.accept();
