import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/states.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { connect } from './rpc/connect.ts';
import { App as AppState } from './state/app.svelte.ts';
import { Theme } from './state/theme.svelte.ts';

async function main(): Promise<void> {
  const theme = new Theme(document.documentElement, localStorage, matchMedia('(prefers-color-scheme: dark)'));
  const client = await connect();
  const app = new AppState(client, theme, window);
  mount(App, { target: document.querySelector('#app')!, props: { app } });
  await app.start();
}

void main();
