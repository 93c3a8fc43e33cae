/** How many notifications nobody has read, as the server last said. */
import { create } from 'zustand';

export const useUnread = create<{ count: number }>(() => ({ count: 0 }));
