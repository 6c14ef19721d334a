// The page of a guest's screen: noVNC, connected to the WebSocket next to it with the token of its own URL.
import RFB from './novnc/core/rfb.js';

const status = document.getElementById('status');
const button = document.getElementById('ctrl-alt-del');
const say = (text) => {
  status.textContent = text;
};

const url = new URL('vnc/socket', location.href);
url.protocol = url.protocol.replace('http', 'ws');
url.search = location.search;
const socket = new WebSocket(url, ['binary']);
socket.addEventListener('close', ({ code, reason }) => {
  button.disabled = true;
  say(
    reason ||
      (code === 1006 ? 'The console is closed. If its link is old, ask for a new one.' : 'The console is closed.'),
  );
});

const rfb = new RFB(document.getElementById('screen'), socket, { shared: true });
rfb.scaleViewport = true;
rfb.addEventListener('connect', () => {
  button.disabled = false;
  say('Connected');
  rfb.focus();
});
rfb.addEventListener('desktopname', ({ detail }) => {
  document.title = `${detail.name} – console`;
});
button.addEventListener('click', () => {
  rfb.sendCtrlAltDel();
  rfb.focus();
});
