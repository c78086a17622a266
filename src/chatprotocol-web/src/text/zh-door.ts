import type { DoorCatalogue } from './i18n.ts';

/** 登录和注册时使用的中文。 */
export const zhDoor: DoorCatalogue = {
  'login': '登录',
  'login.at': '{host}',
  'login.name': '名字',
  'login.password': '密码',
  'login.again': '再输入一次密码',
  'login.token': '令牌',
  'login.invitation': '邀请码（如果有）',
  'login.keep': '在此设备上保持登录',
  'login.register': '注册账号',
  'login.differ': '两次输入的密码不一致。',
  'login.insecure': '此页面通过未加密的 http 打开，不能发送密码，否则网络上的其他人可能看到。请使用服务器的 https 地址；如果服务器允许，也可以访客身份进入。',
  'login.by.guest': '以访客身份',
  'login.by.password': '用密码登录',
  'login.by.token': '用令牌登录',
  'login.by.register': '注册账号',
  'login.hint.guest': '无需账号。只要一天之内回来过，这个名字在此浏览器中就一直属于你。',
  'login.hint.password': '密码不会被保存。保持登录时，此浏览器会得到一个自己的令牌，可随时撤销。',
  'login.hint.token': '令牌以 chat_t_ 开头，只在创建时显示一次。',
  'login.hint.register': '密码至少 8 个字符。',
};
