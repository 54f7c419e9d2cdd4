import { render } from 'preact';
import { Board } from '@/board';
import type { Player } from '@/players';

const players: Player[] = [{ name: 'Ada' }, { name: 'Grace' }];

render(<Board title="Points" players={players} />, document.querySelector('main')!);
